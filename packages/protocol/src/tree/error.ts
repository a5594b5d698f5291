/** Longest part of a URI that an error message repeats. */
const SHOWN = 120;

/**
 * A command that a management tree refused, with the DM status code that says so.
 *
 * Codes as in OMA-SyncML-DMRepPro 1.2.1: 400 malformed, 403 forbidden, 404 not found, 405 command not
 * allowed on this node, 406 feature not supported, 413 too large, 414 URI too long, 415 type or format
 * not supported, 418 already exists, 420 device full, 425 permission denied.
 */
export class TreeError extends Error {
  /** DM status code to answer with. */
  readonly status: number;
  /** URI of the node that failed; for an Add it may be an implicit parent of the one addressed. */
  readonly uri: string;
  /** Why, without the URI. */
  readonly reason: string;

  constructor(status: number, uri: string, reason: string, options?: ErrorOptions) {
    super(`${uri.length > SHOWN ? `${uri.slice(0, SHOWN)}…` : uri}: ${reason}`, options);
    this.name = 'TreeError';
    this.status = status;
    this.uri = uri;
    this.reason = reason;
  }
}
