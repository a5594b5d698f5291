/** What a server may ask the user of a device: alerts 1100…1104 (OMA-TS-DM-Protocol 1.2.1, user interaction). */
export { inputFault } from './input.ts';
export {
  BY_DEFAULT,
  isQuestionAlert,
  type ParsedQuestion,
  parseQuestion,
  QUESTION_LIMITS,
  type Question,
  QuestionError,
  type QuestionKind,
  questionAlert,
  type TextInput,
} from './question.ts';
