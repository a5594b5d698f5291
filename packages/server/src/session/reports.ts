/** What a device reports of its own accord: alerts, and nodes of its tree. */
import { ALERT, type Alert, type Item, type Replace, STATUS } from '@grove/protocol';
import { canonicalUri, itemUri, itemValue } from './item.ts';
import type { Turn } from './receive.ts';
import type { DeviceAlert } from './state.ts';

/** Nodes, and alerts, that one message may report. */
const MAX_REPORTS = 1000;
/** Characters of a URI, as many as steps may name. */
const MAX_URI = 1024;

/** Takes an alert. @returns the status code that it is answered with */
export function takeAlert({ effects }: Turn, alert: Alert): number {
  switch (alert.code) {
    case ALERT.SESSION_ABORT:
      effects.ended = { outcome: 'aborted', reason: 'the device ended the session (alert 1223)' };
      return STATUS.OK;
    case ALERT.SERVER_INITIATED:
    case ALERT.CLIENT_INITIATED:
    case ALERT.NEXT_MESSAGE:
      return STATUS.OK;
    case ALERT.CLIENT_EVENT:
    case ALERT.GENERIC:
      if (effects.alerts.length + alert.items.length > MAX_REPORTS) {
        effects.deviations.push(`more than ${MAX_REPORTS} alerts in a message`);
        return STATUS.TOO_LARGE;
      }
      for (const item of alert.items) effects.alerts.push(deviceAlert(alert, item));
      return STATUS.OK;
    default:
      effects.deviations.push(`alert ${alert.code} is none that a client sends`);
      return STATUS.NOT_SUPPORTED;
  }
}

function deviceAlert(alert: Alert, item: Item): DeviceAlert {
  const { value, format, type } = itemValue(item, undefined);
  return {
    code: alert.code,
    type: type ?? null,
    format,
    mark: item.meta?.mark ?? null,
    source: item.source?.locURI ?? null,
    correlator: alert.correlator ?? null,
    data: value,
  };
}

/**
 * Takes nodes: a client replaces its DevInfo in Package 1; whatever else it reports is kept as known of
 * its tree.
 *
 * @returns the status code that the command is answered with
 */
export function takeReplace({ effects }: Turn, { items, meta }: Replace): number {
  const uris = items.flatMap((item) => itemUri(item) ?? []);
  if (items.length === 0 || uris.length < items.length) {
    effects.deviations.push('Replace has an Item without Source and Target');
    return STATUS.BAD_REQUEST;
  }
  if (effects.nodes.length + items.length > MAX_REPORTS) {
    effects.deviations.push(`more than ${MAX_REPORTS} nodes in a message`);
    return STATUS.TOO_LARGE;
  }
  if (uris.some((uri) => uri.length > MAX_URI)) {
    effects.deviations.push(`Replace of a URI with more than ${MAX_URI} characters`);
    return STATUS.URI_TOO_LONG;
  }
  items.forEach((item, index) => {
    const uri = canonicalUri(uris[index] ?? '');
    const { value, format, type } = itemValue(item, meta);
    // A property of a node is no node.
    if (uri.includes('?')) return;
    effects.nodes.push({ uri, format, type: type ?? null, value });
    const leaf = /^\.\/DevInfo\/([^/]+)$/.exec(uri)?.[1];
    if (leaf !== undefined) effects.devInfo[leaf] = value;
  });
  return STATUS.OK;
}
