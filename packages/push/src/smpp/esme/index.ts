/** The session of an external short message entity with an SMS centre. */
export { type Esme, type EsmeMeans, type EsmeSettings, openEsme, type Submission } from './esme.ts';
export type { Patience } from './gate.ts';
