// GraphiQL with its plugins, as one module. What it asks and shows at first is said by the page that mounts it.
import { explorerPlugin } from '@graphiql/plugin-explorer';
import '@graphiql/plugin-explorer/style.css';
import { GraphiQL, HISTORY_PLUGIN } from 'graphiql';
import 'graphiql/style.css';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';

const WORKERS = { graphql: './graphql.worker.js', json: './json.worker.js' };

globalThis.MonacoEnvironment = {
  getWorker: (_, label) => new Worker(new URL(WORKERS[label] ?? './editor.worker.js', import.meta.url)),
};

export function mount(element, properties) {
  const plugins = [HISTORY_PLUGIN, explorerPlugin({ showAttribution: false })];
  createRoot(element).render(createElement(GraphiQL, { ...properties, plugins }));
}
