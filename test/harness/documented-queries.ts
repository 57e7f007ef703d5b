import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const attributes =
  /\b(OptInLight|WaitingOn|QueuedMessages|OldestQueuedAt|PracticeId|WorkflowType|TemporalReportedProblems)\b/;

/** Every query for Temporal's lists that README.md and docs/ give, with the document. */
export function documentedQueries(): { document: string; query: string }[] {
  const documents = ['README.md', ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`)];
  return documents
    .filter((name) => name.endsWith('.md'))
    .flatMap((document) => {
      const text = readFileSync(join(root, document), 'utf8');
      return [...text.matchAll(/`([^`\n]+)`/g)]
        .map(([, query]) => query!)
        .filter((query) => attributes.test(query) && /( (=|<|>|IN) )|ORDER BY/.test(query))
        .map((query) => ({ document, query }));
    });
}
