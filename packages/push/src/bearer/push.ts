/** What is carried to a terminal, whatever the bearer: content with the headers that route it on the terminal. */
export interface PushContent {
  /** Media type with its parameters: `application/vnd.syncml.notification`. */
  readonly contentType: string;
  /** The application that it is for, as in X-Wap-Application-Id: `x-wap-application:syncml.dm`; undefined = any. */
  readonly applicationId?: string;
  /** Further headers of the content, names in lower case. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
}

/** The application id of device management (OMNA: push application ids, 0x07). */
export const DM_APPLICATION = 'x-wap-application:syncml.dm';
