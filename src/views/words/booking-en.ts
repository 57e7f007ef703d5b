import type { BookingWords } from './booking.ts';

export const englishBooking: BookingWords = {
  choosing: {
    intro:
      'Choose how, and read what you agree to. Then we send a code to each address, to be sure that it is yours.',
    name: 'Your name',
    methods: 'How may they write to you?',
    method: { email: 'By email', sms: 'By text message' },
    methodHint: {
      email: 'Reminders and other messages about your care.',
      sms: 'Message frequency varies. Msg & data rates may apply. Reply HELP for help, STOP to stop.',
    },
    address: { email: 'Email address', sms: 'Mobile number' },
    known: {
      email: (address) => `Leave it empty to use the one you gave before: ${address}`,
      sms: (ending) => `Leave it empty to use the one you gave before, ending in ${ending}.`,
    },
    read: 'What you agree to',
    policy: 'Privacy',
    agree: (practice) => `I have read the privacy policy of ${practice} and agree to it.`,
    agreeNotice: (practice) =>
      `I know that I can ask ${practice} for its notice of privacy practices, and agree to it.`,
    open: 'Read the privacy policy',
    newTab: '(opens in a new tab)',
    button: 'I agree: send me a code',
    wrong: 'Something is still missing:',
    problems: {
      changed: 'The text on this page has changed meanwhile. Please read it again.',
      name: 'Enter your name.',
      birthDate: 'Enter your date of birth.',
      methods: 'Tick at least one way.',
      email: 'Enter an email address like name@example.com.',
      sms: 'Enter a mobile number with its area code.',
      abroad: 'This page cannot text numbers in other countries. Choose email, or call us.',
      policy: 'Tick the box about privacy. Without it we may not go on.',
    },
  },
  proving: {
    title: 'Enter your code',
    intro:
      'We sent a code of six digits to each address. It works for 10 minutes. This page can stay open.',
    code: {
      email: (address) => `Code from the email to ${address}`,
      sms: (ending) => `Code from the text message to the number ending in ${ending}`,
    },
    hint: 'Six digits',
    problems: {
      missing: 'Enter the code that you got.',
      wrong: 'That is not the code. Check it, and use the newest one.',
      over: 'That code does not work any more. Ask for another one.',
    },
    button: 'Confirm',
    proven: { email: 'Email: confirmed.', sms: 'Text messages: confirmed.' },
    late: 'Nothing came? It can take some minutes. One address gets only a few codes an hour.',
    again: { email: 'Send another code by email', sms: 'Send another code by text message' },
    noMore: {
      email: (practice) => `No more codes can be sent by email. Please call ${practice}.`,
      sms: (practice) => `No more codes can be sent by text message. Please call ${practice}.`,
    },
    finish: { email: 'Go on without email', sms: 'Go on without text messages' },
    reopen: 'Change what I entered',
  },
  done: {
    title: 'Thank you, it is recorded',
    agreed: {
      email: (practice) => `You agreed that ${practice} writes to you by email.`,
      sms: (practice) => `You agreed that ${practice} sends you text messages.`,
    },
    left: {
      email: 'Not by email: no address was confirmed here.',
      sms: 'Not by text message: no number was confirmed here.',
    },
    policy: (practice, version) =>
      `You agreed to the privacy policy of ${practice}, version ${version}.`,
    notice: (practice) => `You agreed to the notice of privacy practices of ${practice}.`,
  },
  expired: {
    title: 'This page has expired',
    text: 'It was open for too long, and nothing more can be confirmed here.',
    again: 'Begin again',
    ask: (practice) => `Please begin again where you booked, or call ${practice}.`,
  },
  closed: {
    title: 'This is not possible online at the moment',
    text: (practice) => `Please call ${practice}.`,
  },
  tooMany: {
    title: 'Please try again later',
    text: 'This page was used very often just now. Please try again in an hour, or call.',
  },
};
