import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// The page and the API have one origin: what is asked of /graphql goes on to the server, WebSockets too.
const target = process.env.ICOSA_URL ?? "http://127.0.0.1:3000";
const proxy = { "/graphql": { target, ws: true } };

export default defineConfig({ plugins: [react()], server: { proxy }, preview: { proxy } });
