import type { CodegenConfig } from "@graphql-codegen/cli";

// From a running server where ICOSA_URL and ICOSA_TOKEN name one, else from the schema that is beside this example.
const { ICOSA_URL: url, ICOSA_TOKEN: token } = process.env;
const schema = url
  ? { [`${url}/graphql`]: { headers: { Authorization: `Bearer ${token}` } } }
  : "../../schema/schema.graphql";

const config: CodegenConfig = {
  schema,
  documents: "src/**/*.{ts,tsx}",
  ignoreNoDocuments: true,
  generates: {
    "src/gql/": {
      preset: "client",
      presetConfig: { fragmentMasking: false },
      config: {
        useTypeImports: true,
        enumsAsTypes: true,
        defaultScalarType: "unknown",
        scalars: {
          BigFloat: "number",
          ConnectionCursor: "string",
          Cursor: "string",
          DateTime: "string",
          Position: "number | 'first' | 'last'",
          UUID: "string",
        },
      },
    },
  },
};

export default config;
