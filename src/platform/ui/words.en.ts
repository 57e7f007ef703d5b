import type { PageWords } from './words.ts';

export const english: PageWords = {
  otherLanguage: { locale: 'es', name: 'Español' },
  questions: (phone) => `Questions? Call ${phone}.`,
  unknown: {
    title: 'This link does not work',
    text: 'Part of it may be missing. Please open it again from the message, or call your practice.',
  },
  tooMany: {
    title: 'Please wait a minute',
    text: 'This page was opened many times just now. Nothing is lost. Wait a minute, then open the link again.',
  },
  notUnderstood: {
    title: 'That did not work',
    text: 'We could not read your answer, and nothing was changed. Please open the link again and answer there.',
  },
  unavailable: {
    title: 'Please try again in a moment',
    text: 'Something went wrong on our side, and your answer was not saved. Please open the link again in a few minutes.',
  },
  birthDate: {
    label: 'Your date of birth',
    hint: 'So we know it is you. For example: 3 14 1954.',
    month: 'Month',
    day: 'Day',
    year: 'Year',
    notForNo: 'You don’t need this to say no.',
    missing: 'Enter the month, day, and year you were born, for example 3 14 1954.',
    wrong: (triesLeft) =>
      `That did not match. Please check it and try again. ${
        triesLeft === 1 ? '1 try left.' : `${triesLeft} tries left.`
      }`,
    titlePrefix: 'Error: ',
  },
  help: {
    title: 'Help with messages from your practice',
    heading: 'Help with messages from your practice',
    inbox: {
      heading: 'Don’t miss our emails',
      lines: [
        'Gmail: look under Promotions. Drag the message to Primary and choose “Yes” when Gmail offers to do it for future messages.',
        'Outlook: look under Other. Open the message menu and choose “Always move to Focused inbox”.',
        'Any mail program: look under Junk or Spam, mark the message as “not junk”, and add the sender to your contacts.',
      ],
    },
    about: [
      {
        heading: 'Why you are asked',
        lines: [
          'Emails and text messages are not encrypted. Before a practice writes anything about you, it must tell you the risks and get your permission.',
        ],
      },
      {
        heading: 'How to answer',
        lines: [
          'Email: open the link in the message, check the box, and press the button. Opening the link alone changes nothing.',
          'Text message: reply YES, or open the link in the message.',
        ],
      },
      {
        heading: 'How to stop, and start again',
        lines: [
          'Email: use the unsubscribe link in the message, the unsubscribe button of your mail program, or call the practice.',
          'Text message: reply STOP. To get texts again, reply START.',
        ],
      },
    ],
  },
};
