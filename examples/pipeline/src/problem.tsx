// What stands in place of what could not be loaded.
export function Problem({ error, again }: { error: Error; again?: () => void }) {
  return (
    <div className="problem" role="alert">
      <p>{error.message}</p>
      {again && <button onClick={again}>Try again</button>}
    </div>
  );
}
