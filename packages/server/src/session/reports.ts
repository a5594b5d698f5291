/** What a device reports of its own accord: alerts, and nodes of its tree. */
import { ALERT, type Alert, formatOf, type Item, type Replace, STATUS } from '@grove/protocol';
import { canonicalUri, itemUri, itemValue } from './item.ts';
import type { Turn } from './receive.ts';

/** Nodes, and alerts, that one message may report. */
const MAX_REPORTS = 1000;
/** Characters of a URI, as many as steps may name. */
const MAX_URI = 1024;

/** Takes an alert. @returns the status code that it is answered with, or one for each of its Items */
export function takeAlert(turn: Turn, alert: Alert): number | number[] {
  const { effects } = turn;
  switch (alert.code) {
    case ALERT.SESSION_ABORT:
      effects.ended = { outcome: 'aborted', reason: 'the device ended the session (alert 1223)' };
      return STATUS.OK;
    case ALERT.SERVER_INITIATED:
      effects.serverInitiated = true;
      return STATUS.OK;
    case ALERT.CLIENT_INITIATED:
    case ALERT.NEXT_MESSAGE:
    case ALERT.NO_END_OF_DATA:
      return STATUS.OK;
    case ALERT.CLIENT_EVENT:
    case ALERT.GENERIC:
      if (effects.alerts.length + alert.items.length > MAX_REPORTS) {
        effects.deviations.push(`more than ${MAX_REPORTS} alerts in a message`);
        return STATUS.TOO_LARGE;
      }
      if (alert.items.length === 0) return STATUS.INCOMPLETE_COMMAND;
      return alert.items.map((item) => takeReport(turn, alert, item));
    default:
      return STATUS.NOT_SUPPORTED;
  }
}

/** What the standard lets stand before the type of an alert, and some devices write. */
const TYPE_PREFIX = /^(?:content-type|reversed-domain-name)\s*:\s*/i;
/** Characters of a type, a mark or a correlator that are taken. */
const MAX_NAME = 1024;

/** Takes one Item, which is an alert of its own. */
function takeReport({ effects, large }: Turn, alert: Alert, item: Item): number {
  const { code, correlator } = alert;
  const { value, format } = itemValue(item, undefined);
  const saidType = item.meta?.type?.trim() ?? '';
  const type = saidType.replace(TYPE_PREFIX, '').trim();
  // By its correlator it is known what an alert is about that does not say what it is.
  if (code === ALERT.GENERIC && type === '' && correlator === undefined) return STATUS.INCOMPLETE_COMMAND;
  if (formatOf(format) === undefined) return STATUS.UNSUPPORTED_FORMAT;
  const source = item.source?.locURI.trim();
  for (const [name, text = ''] of Object.entries({
    Source: source,
    Type: saidType,
    Correlator: correlator,
  })) {
    if (text.length <= MAX_NAME) continue;
    effects.deviations.push(`alert ${code}: ${name} of more than ${MAX_NAME} characters`);
    return STATUS.TOO_LARGE;
  }
  const contentId = large.get(item)?.content ?? null;
  const mark = item.meta?.mark?.trim().toLowerCase();
  effects.alerts.push({
    code,
    type: type === '' ? null : type,
    saidType: saidType === type ? null : saidType,
    format,
    mark: mark === undefined || mark === '' ? DEFAULT_MARK : mark.slice(0, MAX_MARK),
    source: source === undefined || source === '' ? null : source,
    correlator: correlator ?? null,
    data: contentId === null ? value : null,
    contentId,
  });
  return STATUS.OK;
}

/** How important an alert is that does not say it (DM_Protocol 1.2.1, generic alert). */
const DEFAULT_MARK = 'informational';
const MAX_MARK = 40;

/**
 * Takes nodes: a client replaces its DevInfo in Package 1; whatever else it reports is kept as known of
 * its tree.
 *
 * @returns the status code that the command is answered with
 */
export function takeReplace({ effects, large }: Turn, { items, meta }: Replace): number {
  const uris = items.flatMap((item) => itemUri(item) ?? []);
  if (items.length === 0 || uris.length < items.length) return STATUS.BAD_REQUEST;
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
    if (large.has(item)) {
      effects.nodes.push({ uri, format, type: type ?? null, value: null });
      return;
    }
    effects.nodes.push({ uri, format, type: type ?? null, value });
    const leaf = /^\.\/DevInfo\/([^/]+)$/.exec(uri)?.[1];
    if (leaf !== undefined) effects.devInfo[leaf] = value;
  });
  return STATUS.OK;
}
