/** Who answers the questions that servers ask a device's user. */
export { addAnswersOption, answersFrom } from './answers.ts';
export { terminalUser } from './terminal.ts';
