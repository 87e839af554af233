// The address's fragment, which browsers do not send: `#/people?f=city~is~Rome&sort=name.firstName&desc=1`.
export function place() {
  const [path, query] = location.hash.replace(/^#\/?/, '').split(/\?(.*)/s);
  const [plural, id] = path.split('/').map(decodeURIComponent);
  return { plural, id, query: new URLSearchParams(query ?? '') };
}

export function at(plural, { id, query } = {}) {
  const path = [plural, id].filter(Boolean).map(encodeURIComponent).join('/');
  const text = new URLSearchParams(query).toString();
  return `#/${path}${text ? `?${text}` : ''}`;
}

// The same place with some of its query changed; `undefined` takes a name out.
export function changed(query, changes) {
  const made = new URLSearchParams(query);
  for (const [name, value] of Object.entries(changes)) {
    made.delete(name);
    for (const one of [value].flat()) if (one !== undefined) made.append(name, one);
  }
  return made;
}

// A change of what is filtered or sorted begins at the first page.
export const FIRST_PAGE = { after: undefined, before: undefined, page: undefined };
