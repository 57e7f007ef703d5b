import type { Config } from '../config/config.ts';
import { contactWorkflowId, dispatchWorkflowId } from '../../core/ids.ts';

/** Where the Temporal UI is, and a workflow in it; undefined: nobody said where it is (`TEMPORAL_UI_URL`). */
export function temporalUiUrl({ temporal }: Pick<Config, 'temporal'>): string | undefined {
  return temporal.kind === 'embedded' ? `http://localhost:${temporal.uiPort}` : temporal.uiUrl;
}

export function contactWorkflowUrl(
  config: Config,
  practiceId: string,
  contactId: string,
): string | undefined {
  return workflowUrl(config, contactWorkflowId(practiceId, contactId));
}

export function dispatchWorkflowUrl(config: Config, practiceId: string): string | undefined {
  return workflowUrl(config, dispatchWorkflowId(practiceId));
}

function workflowUrl(config: Config, workflowId: string): string | undefined {
  const ui = temporalUiUrl(config);
  const namespace = encodeURIComponent(config.temporal.namespace);
  return ui && `${ui}/namespaces/${namespace}/workflows/${encodeURIComponent(workflowId)}`;
}
