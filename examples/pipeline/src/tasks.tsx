import { useMutation, useQuery } from "@apollo/client/react";
import { FinishDocument, TasksDocument } from "./documents";
import { Endless } from "./endless";
import { day, fullName } from "./format";
import { Panel } from "./panel";
import { Problem } from "./problem";

export function Tasks({ id }: { id: string }) {
  const { data, error, fetchMore } = useQuery(TasksDocument, { variables: { id } });
  const [finish, { error: fault }] = useMutation(FinishDocument);
  const tasks = data?.company?.taskTargets;
  const problem = error ?? fault;
  const change = (taskId: string, isDone: boolean) => {
    const status = isDone ? "DONE" : "TODO";
    const answer = { updateTask: { __typename: "Task", id: taskId, status } as never };
    finish({ variables: { id: taskId, status }, optimisticResponse: answer }).catch(() => {}); // shown as `fault`
  };
  return (
    <Panel title="Tasks" total={tasks?.totalCount}>
      {problem && <Problem error={problem} />}
      <Endless label="Tasks" page={tasks?.pageInfo} more={(after) => fetchMore({ variables: { after } })}>
        {(tasks?.edges ?? []).map(({ node }) => {
          const task = node?.task;
          if (!task?.id) return null;
          const isDone = task.status === "DONE";
          const isLate = !isDone && !!task.dueAt && new Date(task.dueAt) < new Date();
          return (
            <li key={node?.id} className="task" data-done={isDone}>
              <label>
                <input type="checkbox" checked={isDone} onChange={(event) => change(task.id!, event.target.checked)} />
                <span>{task.title}</span>
              </label>
              <p>
                {fullName(task.assignee?.name)} · <span data-late={isLate}>{isLate ? `late since ${day(task.dueAt)}` : day(task.dueAt)}</span>
              </p>
            </li>
          );
        })}
      </Endless>
    </Panel>
  );
}
