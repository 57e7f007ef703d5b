import type { OptInWords } from './words.ts';

export const english: OptInWords = {
  open: {
    heading: {
      email: (practice) => `May ${practice} email you?`,
      sms: (practice) => `May ${practice} text you?`,
    },
    about: {
      email: 'We would like to send you reminders and other messages, by email only.',
      sms: 'We would like to send you reminders and other messages, by text only.',
    },
    aboutPlain: 'We would like to send you reminders and other messages by email.',
    risk: {
      email: 'Email is not encrypted, so other people could read it.',
      sms: 'Texts are not encrypted, so other people could read them.',
    },
    readFirst: 'Read what this means',
    details: 'What this means',
    agree: {
      email: (practice) => `I understand, and I agree to emails from ${practice}.`,
      sms: (practice) => `I understand, and I agree to texts from ${practice}.`,
    },
    alsoSms: (ending) => `I also agree to texts to the number ending in ${ending}.`,
    accept: 'Yes, I agree',
    decline: { email: 'No, do not email me', sms: 'No, do not text me' },
  },
  problems: {
    changed: 'Your answer was not saved, because this page has changed. Please answer here.',
    unanswered: 'Your answer was not saved. Please press Yes or No.',
    agree: 'To say yes, check the box “I understand”, then press “Yes, I agree”.',
  },
  accepted: {
    title: 'Thank you',
    heading: 'Thank you!',
    earlier: 'You already agreed',
    told: {
      email: (practice) => `${practice} can email you. You’re all set.`,
      sms: (practice) => `${practice} can text you. You’re all set.`,
    },
    stop: {
      emailLink: 'You can stop emails at any time with the link at the end of any email.',
      emailCall: (practice) => `You can stop emails at any time: call ${practice}.`,
      sms: 'You can stop texts at any time: reply STOP to any of them.',
    },
    preferences: 'See or change what you get',
    goOn: (practice) => `Go on to ${practice}`,
    smsHeading: (practice, ending) =>
      `May ${practice} also text you at the number ending in ${ending}?`,
    smsAccept: 'Yes, text me too',
  },
  declined: {
    title: 'You said no',
    told: {
      email: (practice) => `${practice} will not email you. You don’t need to do anything else.`,
      sms: (practice) => `${practice} will not text you. You don’t need to do anything else.`,
    },
    change: 'I changed my mind',
  },
  revoked: {
    title: 'You asked us to stop',
    told: {
      email: (practice) => `${practice} does not email you. To get emails again, please call them.`,
      sms: (practice, number) =>
        number === undefined
          ? `${practice} does not text you. To get texts again, please call them.`
          : `${practice} does not text you. To get texts again, text START to ${number}.`,
    },
  },
  expired: {
    title: 'This link has expired',
    offer: 'We can send you a new one.',
    button: 'Send me a new link',
    ask: (practice) => `Please ask ${practice} to send you a new one.`,
  },
  freshAsked: {
    title: 'A new link',
    heading: 'Please look for a new message',
    told: 'If a new link can be sent, it is on its way to the same address.',
    late: (practice) =>
      `It can take a few minutes. Look in other folders too. If it does not come, please call ${practice}.`,
  },
  locked: {
    title: 'This link is locked',
    told: (practice) =>
      `The date of birth did not match several times. Please call ${practice}: they can send you a new link.`,
  },
};
