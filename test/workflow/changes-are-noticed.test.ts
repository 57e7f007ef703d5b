import { bundleWorkflowCode, Worker, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { pino } from 'pino';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseEncryptionKeys } from '../../src/platform/config/encryption-keys.ts';
import { createDataConverter, converterPaths } from '../../src/platform/temporal/data-converter.ts';
import { installRuntime } from '../../src/signals/worker.ts';
import { changedWorkflows, type Change } from './changed-workflows.ts';
import { lateKey, recordedHistories, type Recorded } from './recorded.ts';

/**
 * What replays are worth: each of these changes would break workflows that run at some practice right now, and at least
 * one recorded history has to notice it. A change that none notices is a shape of life that nobody has recorded yet. One
 * is known: a later run that looks once too often when it begins. Its activity is taken for the next one of the history.
 */

/** As the harness has it (service.ts): recorded histories are sealed with it. */
const recordedWith = `test:${Buffer.alloc(32, 7).toString('base64')}`;
const dataConverter = createDataConverter([...parseEncryptionKeys([recordedWith], []), lateKey]);
let histories: Recorded[];
beforeAll(() => {
  // The SDK tells of each worker that it starts for a replay.
  installRuntime(pino({ level: 'silent' }));
  histories = recordedHistories();
});

async function bundleOf(name: string, changes: readonly Change[]) {
  const { workflowsPath, remove } = changedWorkflows(name, changes);
  try {
    return await bundleWorkflowCode({ workflowsPath, ...converterPaths });
  } finally {
    remove();
  }
}

/** The names of the histories that cannot be followed any more, and as what that is taken. */
async function failing(
  workflowBundle: WorkflowBundleWithSourceMap,
): Promise<{ name: string; as: string }[]> {
  const results = Worker.runReplayHistories({ workflowBundle, dataConverter }, histories);
  const failed: { name: string; as: string }[] = [];
  let index = 0;
  for await (const { error } of results) {
    if (error) failed.push({ name: histories[index]!.name, as: error.name });
    index += 1;
  }
  return failed;
}

const noticing = async (workflowBundle: WorkflowBundleWithSourceMap): Promise<string[]> =>
  (await failing(workflowBundle)).map(({ name }) => name);

it('today’s workflows follow every recorded history', async () => {
  expect(histories.length).toBeGreaterThan(15);
  expect(await noticing(await bundleOf('unchanged', []))).toEqual([]);
});

it('every type of workflow has a first run and a later one, with and without each marker', () => {
  const kinds = histories.map(({ type, history: { events } }) => {
    const began = events![0]!.workflowExecutionStartedEventAttributes!;
    const isLater = (began.continuedExecutionRunId ?? '') !== '';
    return `${type}: ${isLater ? 'later' : 'first'}`;
  });
  expect([...new Set(kinds)].toSorted()).toEqual([
    'contact: first',
    'contact: later',
    'dispatch: first',
    'dispatch: later',
    'webhookEndpoint: first',
    'webhookEndpoint: later',
  ]);
  const withMarker = histories.filter(({ history: { events } }) =>
    events!.some((event) => event.markerRecordedEventAttributes?.markerName === 'core_patch'),
  );
  expect(withMarker.map(({ type }) => type)).toContain('dispatch');
  expect(histories.filter(({ type }) => type === 'dispatch').length).toBeGreaterThan(
    withMarker.length,
  );
});

const contact = 'workflows/contact.ts';
const state = 'workflows/contact-state.ts';
const dispatch = 'workflows/dispatch.ts';
const sleeper = 'workflows/sleeper.ts';
const endpoint = 'workflows/webhook-endpoint.ts';

const breaking: [string, ...Change[]][] = [
  [
    'the guard of a patch is taken away',
    [dispatch, "isBusy && patched('continue-while-busy')", 'isBusy'],
    [dispatch, '  patched,\n', ''],
  ],
  ['the name of a patch changes', [dispatch, "'continue-while-busy'", "'continue-when-busy'"]],
  [
    'a dispatcher sleeps before each look',
    [dispatch, '    await sleeper.woken();\n', '    await sleeper.woken();\n    await sleep(1);\n'],
    [dispatch, '  patched,\n', '  patched,\n  sleep,\n'],
  ],
  ['an idle dispatcher goes on longer', [dispatch, 'idleEvents = 200', 'idleEvents = 300']],
  ['an idle dispatcher ends sooner', [dispatch, 'idleEvents = 200', 'idleEvents = 150']],
  [
    'a dispatcher does not know what it waits for',
    [
      dispatch,
      'carried === undefined || carried.dirty === true, carried?.nextAt',
      'true, undefined',
    ],
  ],
  [
    'the timer is set after the search attributes',
    [
      contact,
      '      deadline.set(state.nextAt);\n      setCurrentDetails',
      '      setCurrentDetails',
    ],
    [
      contact,
      'upsertSearchAttributes(attributes);\n',
      'upsertSearchAttributes(attributes);\n      deadline.set(state.nextAt);\n',
    ],
  ],
  ['an idle contact goes on longer', [state, 'idleEvents = 40', 'idleEvents = 60']],
  ['an idle contact goes on a little longer', [state, 'idleEvents = 40', 'idleEvents = 50']],
  ['an idle contact ends sooner', [state, 'idleEvents = 40', 'idleEvents = 30']],
  ['a busy contact ends sooner', [state, 'busyEvents = 2_000', 'busyEvents = 500']],
  ['a busy contact goes on longer', [state, 'busyEvents = 2_000', 'busyEvents = 4_000']],
  ['a contact takes more signals', [state, 'busySignals = 1_000', 'busySignals = 5_000']],
  [
    'search attributes are written more often',
    ['workflows/search-attributes.ts', 'refreshMs = 60_000', 'refreshMs = 5_000'],
  ],
  [
    'a later run forgets when to look',
    [state, 'carried?.nextAt === undefined ? undefined : new Date(carried.nextAt)', 'undefined'],
  ],
  [
    'a first run waits for a signal',
    [state, 'this.#dirty = carried?.dirty ?? true', 'this.#dirty = carried?.dirty ?? false'],
  ],
  [
    'a later run that has nothing to do looks all the same',
    [state, 'this.#dirty = carried?.dirty ?? true', 'this.#dirty = true'],
  ],
  [
    'a later run forgets that it has to look',
    [state, 'this.#dirty = carried?.dirty ?? true', 'this.#dirty = carried === undefined'],
  ],
  [
    'a later run forgets what it wrote',
    [state, 'this.attributes = carried?.attributes ?? {}', 'this.attributes = {}'],
  ],
  [
    'signals are stored after the look',
    [contact, 'while (state.hasSignals) {', 'while (state.hasSignals && state.status) {'],
  ],
  [
    'signals that were read are stored again',
    [
      'workflows/inbox.ts',
      'if (upTo >= held.upTo) this.#drop(offered, upTo);',
      'if (upTo > held.upTo) this.#drop(offered, upTo);',
    ],
  ],
  ['other workflows take more signals', [sleeper, 'busySignals = 1_000', 'busySignals = 5_000']],
  ['an endpoint’s later run forgets its wait', [endpoint, 'carried?.retryAt)', 'undefined)']],
  ['a timer is never cancelled', ['workflows/deadline.ts', '    this.#scope?.cancel();\n', '']],
];

describe('is noticed:', () => {
  it.each(breaking)('%s', async (name, ...changes) => {
    expect(await noticing(await bundleOf(name, changes))).not.toEqual([]);
  });
});

/** What `patched()` wrote into the history; of a numbered marker, what stands before the number. */
function markersOf({ history: { events } }: Recorded): string[] {
  const patches = events!.flatMap(({ markerRecordedEventAttributes: marker }) =>
    marker?.markerName === 'core_patch' ? [marker.details!['patch-data']!.payloads![0]!] : [],
  );
  const ids = patches.map(
    ({ data }) => (JSON.parse(String(Buffer.from(data!))) as { id: string }).id,
  );
  return ids.map((id) => id.replace(/-\d+$/, ''));
}

/** The source as it was before each marker: the release beside which the one that writes it is deployed. */
const before: [marker: string, ...Change[]][] = [
  [
    'continue-while-busy',
    [dispatch, "isBusy && patched('continue-while-busy')", 'false'],
    [dispatch, '  patched,\n', ''],
  ],
  [
    'renew',
    [contact, "if (patched('renew')) state.receiveRenewal();\n    else ", ''],
    [contact, '  patched,\n', ''],
  ],
  [
    'left-sealed',
    [
      'workflows/left-sealed.ts',
      'if (workflowInfo().unsafe.isReplaying) return patched(marker) || isSealed;\n    return isSealed && patched(marker);',
      'return isSealed;',
    ],
    ['workflows/left-sealed.ts', 'import { patched, workflowInfo }', 'import {}'],
  ],
];

it('every marker of the recorded histories is here with the source of before', () => {
  expect(new Set(before.map(([marker]) => marker))).toEqual(new Set(histories.flatMap(markersOf)));
});

describe('an old worker beside a new one', () => {
  it.each(before)(
    'fails the tasks of the runs that have the marker %s, and follows all others',
    async (marker, ...changes) => {
      const marked = histories.filter((one) => markersOf(one).includes(marker));
      expect(marked).not.toEqual([]);
      // A violation fails the task, which the next worker may take; any other error would fail the run.
      expect(await failing(await bundleOf(`before ${marker}`, changes))).toEqual(
        marked.map(({ name }) => ({ name, as: 'DeterminismViolationError' })),
      );
    },
  );
});

describe('is free to change:', () => {
  it.each<[string, ...Change[]]>([
    [
      'the task queue of an activity',
      [contact, "taskQueueOf(workflowInfo().taskQueue, 'backlog')", "'elsewhere'"],
    ],
    ['a summary', [dispatch, "'send what is due'", "'look'"]],
    ['how long an activity may take', ['workflows/patience.ts', "'2 minutes'", "'3 minutes'"]],
  ])('%s', async (name, ...changes) => {
    expect(await noticing(await bundleOf(name, changes))).toEqual([]);
  });
});
