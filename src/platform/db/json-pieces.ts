import { giveWay } from '../event-loop.ts';

/** `"name":[…]`, piece by piece, for answers that may not fit into memory. Gives way to other requests in between. */
export async function* listPieces(
  name: string,
  entries: AsyncIterable<object> | Iterable<object>,
): AsyncIterable<string> {
  let before = `${JSON.stringify(name)}:[`;
  for await (const entry of entries) {
    await giveWay();
    yield before + JSON.stringify(entry);
    before = ',';
  }
  yield before === ',' ? ']' : `${before}]`;
}
