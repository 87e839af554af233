module.exports = {
  schema: [
    { [`${process.env.ICOSA_URL}/graphql`]: { headers: { Authorization: process.env.ICOSA_AUTHORIZATION } } },
  ],
  documents: "operations.graphql",
  generates: {
    "codegen_schema.ts": { plugins: ["typescript"] },
    "codegen_operations.ts": { plugins: ["typescript-operations"] },
  },
};
