// The frame of both pages, and the way in.
import { ApolloProvider } from "@apollo/client/react";
import { useEffect, useState, type FormEvent } from "react";
import { clientOf, type Session } from "./api";
import { Board } from "./board";
import { Company } from "./company";
import { useConnection } from "./connection";
import { useCompanyId } from "./routing";
import { Search } from "./search";
import { keepToken, keptToken } from "./token";

export function App() {
  const [token, setToken] = useState(keptToken);
  const change = (value: string | null) => {
    keepToken(value);
    setToken(value);
  };
  return token ? <Pages key={token} token={token} leave={() => change(null)} /> : <SignIn enter={change} />;
}

function Pages({ token, leave }: { token: string; leave: () => void }) {
  const [session, setSession] = useState<Session>();
  useEffect(() => {
    const opened = clientOf(token);
    setSession(opened);
    return opened.close;
  }, [token]);
  const companyId = useCompanyId();
  if (!session) return null;
  return (
    <ApolloProvider client={session.client}>
      <header className="bar">
        <a className="brand" href="#/">
          Pipeline
        </a>
        <Search />
        <Live />
        <button className="quiet" onClick={leave}>
          Sign out
        </button>
      </header>
      <main>{companyId ? <Company key={companyId} id={companyId} /> : <Board />}</main>
    </ApolloProvider>
  );
}

function Live() {
  const isOpen = useConnection();
  return (
    <span className="live" data-open={isOpen} role="status">
      {isOpen ? "Live" : "Offline"}
    </span>
  );
}

function SignIn({ enter }: { enter: (token: string) => void }) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const token = new FormData(event.currentTarget).get("token");
    if (typeof token === "string" && token.trim()) enter(token.trim());
  };
  return (
    <main className="sign-in">
      <form onSubmit={submit}>
        <h1>Pipeline</h1>
        <p>The token that the server printed at its first start, or that of any API key.</p>
        <label>
          Token
          <input name="token" type="password" autoComplete="off" required autoFocus />
        </label>
        <button>Open</button>
      </form>
    </main>
  );
}
