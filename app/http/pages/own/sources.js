// The programs of others that a page needs, from this server or from a CDN. What does not come is not waited for.
const LONGEST = 15_000; // milliseconds for one file

export const sources = JSON.parse(document.getElementById('sources').textContent);

// Rejects if one of them cannot be had. Scripts run in their order.
export async function load({ module, scripts = [], styles = [] }) {
  const styled = styles.map((source) => added('link', { rel: 'stylesheet', href: source.address }, source));
  let loaded;
  if (module) loaded = await import(module);
  for (const source of scripts) await added('script', { src: source.address, async: false }, source);
  await Promise.all(styled);
  return loaded;
}

function added(name, attributes, { integrity }) {
  const element = Object.assign(document.createElement(name), attributes);
  if (integrity) Object.assign(element, { integrity, crossOrigin: 'anonymous' });
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('too late')), LONGEST);
    element.onload = () => (clearTimeout(timer), resolve());
    element.onerror = () => (clearTimeout(timer), reject(new Error(`${attributes.src ?? attributes.href} did not load`)));
    document.head.append(element);
  });
}

// In place of a program that did not load: commands to copy.
export function showPlain() {
  const plain = document.getElementById('plain');
  plain.classList.add('shown');
  for (const example of plain.querySelectorAll('.example')) {
    const code = example.querySelector('code');
    code.textContent = code.textContent.replace('URL', location.origin);
    const button = example.querySelector('button');
    button.addEventListener('click', async () => {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = 'Copied';
      setTimeout(() => (button.textContent = 'Copy'), 2000);
    });
  }
}

export function hidePlain() {
  document.getElementById('plain').remove();
}
