import { MalformedError, type Opener } from '@grove/protocol';
import { parseMediaType } from '../media-type/index.ts';
import { HTTP_TYPE, readContent } from '../ota-http/index.ts';
import { bytesInWords } from './layout.ts';

/** The HTTP message within the request by which OTA-HTTP pushes. */
export const openOtaHttp: Opener = (pieces, mediaType) => {
  const [bytes, ...others] = pieces;
  if (bytes === undefined || others.length > 0 || mediaType === undefined) return undefined;
  if (parseMediaType(mediaType)?.name !== HTTP_TYPE) return undefined;
  try {
    const { contentType, applicationId, headers, body } = readContent({ 'content-type': mediaType }, bytes);
    return [
      {
        carrier: {
          kind: 'ota-http',
          title: `Push by OTA-HTTP, ${bytesInWords(bytes.length)}`,
          facts: { 'Content-Type': contentType, Application: applicationId, ...Object.fromEntries(headers) },
          layout: [],
          remarks: [],
        },
        inside: [{ pieces: [body], mediaType: contentType }],
      },
    ];
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
    return { what: 'a push by OTA-HTTP', why: error.message };
  }
};
