import { englishBooking } from './booking-en.ts';
import type { Words } from './words.ts';

export const english: Words = {
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
  message: {
    title: (practice) => `A message from ${practice}`,
    ask: (practice) => `Enter your date of birth to read the message from ${practice}.`,
    show: 'Show the message',
    expiredHeading: 'This link has expired',
    expired: (practice) => `Please call ${practice}, or ask them to send the message again.`,
  },
  unsubscribe: {
    title: 'Stop emails?',
    heading: (practice) => `Stop emails from ${practice}?`,
    button: 'Stop these emails',
    stopped: {
      title: 'Emails stopped',
      told: (practice) => `${practice} will not send you any more emails.`,
      backByLink:
        'To get emails again, use the link “Choose what you get” in one of their emails, or call them.',
      backByPhone: 'To get emails again, please call them.',
    },
  },
  preferences: {
    title: (practice) => `What ${practice} sends you`,
    changedPrefix: 'Done: ',
    expired: (practice) =>
      `The newest email from ${practice} has a link that works. To stop emails, use the unsubscribe link in any of them; to stop texts, reply STOP.`,
    expiredNoLink: (practice) =>
      `To change what you get from ${practice}, please call them. To stop texts, reply STOP to any of them.`,
    ways: 'How they can reach you',
    noWay: (practice) => `${practice} does not write to you by email or text message.`,
    way: {
      email: (address) => `Email to ${address}`,
      sms: (ending) => `Text messages to the number ending in ${ending}`,
    },
    wayWithoutAddress: { email: 'Email', sms: 'Text messages' },
    noAddress: (practice) => `${practice} does not have an address or number for you here.`,
    standing: {
      agreed: (_practice, when) => `You agreed${when}.`,
      asked: (_practice, when) =>
        `You were asked${when} and have not answered yet. Use the link in that message.`,
      not_asked: (practice) =>
        `You have not been asked yet. ${practice} will ask before writing to you here.`,
      open: (practice) => `${practice} can write to you here.`,
      said_no: (practice, when) => `You said no${when}. ${practice} does not write to you here.`,
      stopped: (practice, when) => `Stopped${when}. ${practice} does not write to you here.`,
      unreachable: (practice) =>
        `Messages do not get through. Please tell ${practice} if your address or number has changed.`,
      not_used: (practice) => `${practice} does not write to you here.`,
    },
    on: (date) => `on ${date}`,
    means: {
      page: 'on their web page',
      sms: 'by text message',
      unsubscribe: 'with an unsubscribe link',
      preferences: 'on this page',
      staff: 'by the practice',
      provider: 'reported by your mail or phone company',
      online_scheduler: 'when booking online',
      paper: 'on paper',
      phone: 'by phone',
      import: 'as the practice had noted',
    },
    agreedTo: 'What you agreed to',
    stop: { email: 'Stop emails', sms: 'Stop text messages' },
    again: { email: 'Email me again', sms: 'Text me again' },
    elsewhere: {
      email: 'To get emails again, please call them.',
      sms: (number) =>
        number === undefined
          ? 'To get texts again, please call them.'
          : `To get texts again, text START to ${number}, or call them.`,
    },
    kinds: {
      heading: 'What they can write about',
      hint: 'Uncheck anything you don’t want.',
      names: {
        appointment_notice: 'News about appointments',
        appointment_reminder: 'Appointment reminders',
        billing_reminder: 'Bills',
        late_payment_reminder: 'Late payment reminders',
        online_form: 'Forms to fill out online',
        ad_hoc: 'Other messages',
      },
      save: 'Save my choice',
    },
    all: {
      heading: 'Stop everything',
      told: (practice) =>
        `${practice} will then send you no emails and no text messages, until you want them again.`,
      button: 'Stop all emails and text messages',
    },
    done: {
      kinds: (declined) =>
        declined.length === 0
          ? 'Saved: you get every kind of message.'
          : `Saved. You will not get: ${declined.join(', ')}.`,
      stop: {
        email: 'Emails are stopped.',
        sms: 'Text messages are stopped.',
        all: 'Emails and text messages are stopped.',
      },
      again: {
        email:
          'They can email you again. If your permission is needed, they will ask for it first.',
        sms: 'They can text you again. If your permission is needed, they will ask for it first.',
      },
      nothing: 'Nothing was changed.',
    },
  },
  booking: englishBooking,
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
