import type { CodegenConfig } from "@graphql-codegen/cli";

const { ICOSA_URL: url, ICOSA_TOKEN: token } = process.env;

const config: CodegenConfig = {
  schema: [{ [`${url}/graphql`]: { headers: { Authorization: `Bearer ${token}` } } }],
  documents: "src/*.ts",
  importExtension: ".js",
  generates: {
    "src/gql/": {
      preset: "client",
      presetConfig: { fragmentMasking: false },
      config: {
        documentMode: "string",
        enumsAsTypes: true,
        useTypeImports: true,
        defaultScalarType: "unknown",
        scalars: {
          BigFloat: "number",
          BigInt: "string | number",
          ConnectionCursor: "string",
          DateTime: "string",
          UUID: "string",
        },
      },
    },
  },
};

export default config;
