import type { PreferencesWords } from './words.ts';

export const english: PreferencesWords = {
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
      email: 'They can email you again. If your permission is needed, they will ask for it first.',
      sms: 'They can text you again. If your permission is needed, they will ask for it first.',
    },
    nothing: 'Nothing was changed.',
  },
};
