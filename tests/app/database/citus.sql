-- What the server asks of Citus, with the rules that Citus has for it, where Citus itself is not to be had: a table that
-- is distributed has the column in every unique index and foreign key, and refers to none that is not there yet.
CREATE SCHEMA stand_in;
CREATE TABLE stand_in.pg_dist_partition (
    place bigint GENERATED ALWAYS AS IDENTITY, logicalrelid regclass PRIMARY KEY, partkey text, colocated_with text
);
CREATE TABLE stand_in.freed (relation regclass);
CREATE TABLE stand_in.said (command text, nodename text, nodeport int, success bool, result text);

CREATE FUNCTION stand_in.create_distributed_table(
    table_name regclass, distribution_column text, distribution_type text DEFAULT 'hash',
    colocate_with text DEFAULT 'default', shard_count int DEFAULT NULL
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    own int2 := (SELECT attnum FROM pg_attribute WHERE attrelid = table_name AND attname = distribution_column);
    bad text;
BEGIN
    IF own IS NULL THEN
        RAISE 'column "%" of relation "%" does not exist', distribution_column, table_name;
    END IF;
    IF colocate_with <> 'none'
        AND NOT EXISTS (SELECT FROM stand_in.pg_dist_partition WHERE logicalrelid = colocate_with::regclass) THEN
        RAISE 'relation % is not distributed', colocate_with;
    END IF;
    SELECT indexrelid::regclass INTO bad FROM pg_index
    WHERE indrelid = table_name AND indisunique AND own <> ALL (indkey::int2[]);
    IF found THEN
        RAISE 'cannot create constraint on "%": % lacks the distribution column', table_name, bad;
    END IF;
    SELECT conname INTO bad FROM pg_constraint c
    JOIN pg_attribute k ON k.attrelid = confrelid AND k.attname = distribution_column
    WHERE contype = 'f' AND conrelid = table_name AND (
        array_position(conkey, own) IS DISTINCT FROM array_position(confkey, k.attnum)
        OR array_position(conkey, own) IS NULL OR confdeltype <> 'a' OR confupdtype <> 'a'
        OR confrelid <> table_name
            AND NOT EXISTS (SELECT FROM stand_in.pg_dist_partition WHERE logicalrelid = confrelid));
    IF found THEN
        RAISE 'cannot create foreign key constraint %', bad;
    END IF;
    IF EXISTS (SELECT FROM pg_trigger WHERE tgrelid = table_name AND NOT tgisinternal) THEN
        RAISE 'cannot distribute relation "%" because it has triggers', table_name;
    END IF;
    INSERT INTO stand_in.pg_dist_partition (logicalrelid, partkey, colocated_with)
    VALUES (table_name, distribution_column, colocate_with);
END $$;

CREATE FUNCTION stand_in.truncate_local_data_after_distributing_table(function_relid regclass) RETURNS void
LANGUAGE sql AS 'INSERT INTO stand_in.freed VALUES (function_relid)';

CREATE FUNCTION stand_in.run_command_on_workers(
    command text, parallel bool DEFAULT true,
    OUT nodename text, OUT nodeport int, OUT success bool, OUT result text
) RETURNS SETOF record LANGUAGE sql AS
    'SELECT nodename, nodeport, success, result FROM stand_in.said s WHERE s.command = run_command_on_workers.command';
