import { englishBooking } from './booking-en.ts';
import type { Words } from './words.ts';

export const english: Words = {
  otherLanguage: { locale: 'es', name: 'Español' },
  channel: { email: 'email', sms: 'text message' },
  questions: (phone) => `Questions? Call ${phone}.`,
  unknown: {
    title: 'This link does not work',
    text: 'It may have been cut off. Please open it again from the message, or call your practice.',
  },
  tooMany: {
    title: 'Please wait a minute',
    text: 'This page was opened very often just now. Nothing is lost: wait a minute and open the link again.',
  },
  notUnderstood: {
    title: 'That did not work',
    text: 'Your answer did not arrive as it should. Please go back, open the link again and press the button.',
  },
  unavailable: {
    title: 'Please try again in a moment',
    text: 'Something went wrong on our side, and your answer was not kept. Please open the link again in a few minutes.',
  },
  open: {
    title: (practice) => `May ${practice} write to you?`,
    heading: (practice, channel) => `May ${practice} write to you by ${channel}?`,
    accept: 'Yes, I agree',
    decline: 'No, do not write to me this way',
    alsoSms: (ending) => `I also agree to text messages to the number ending in ${ending}.`,
  },
  birthDate: {
    label: 'Your date of birth',
    hint: 'So that we know it is you.',
    notForNo: 'A no needs no date.',
    wrong: 'That did not match. Please check what you entered and try again.',
    titlePrefix: 'Error: ',
  },
  changed: 'Something on this page has changed meanwhile. Please read it again and answer.',
  accepted: {
    title: 'Thank you',
    heading: 'Thank you, you said yes',
    earlier: 'You have already said yes',
    told: (practice, channel) =>
      `${practice} may write to you by ${channel}. You need to do nothing more here.`,
    stop: 'You can stop at any time: use the link in any email, or reply STOP to any text.',
    preferences: 'See or change what you get',
    goOn: (practice) => `Go on to ${practice}`,
    smsHeading: (practice, ending) =>
      `May ${practice} also send text messages to the number ending in ${ending}?`,
    smsAccept: 'Yes, text me too',
    smsDecline: 'No text messages',
  },
  declined: {
    title: 'You said no',
    heading: 'You said no',
    told: (practice, channel) =>
      `${practice} will not write to you by ${channel}. You can change your mind here.`,
    read: 'What you would agree to',
    change: 'I changed my mind: yes, I agree',
  },
  revoked: {
    title: 'You asked us to stop',
    heading: 'You asked us to stop',
    told: (practice, channel) =>
      `${practice} does not write to you by ${channel}. To hear from them again, please call them, or text START to their number.`,
  },
  expired: {
    title: 'This link has expired',
    heading: 'This link has expired',
    offer: 'You can have a new one sent.',
    button: 'Send me a fresh link',
    ask: (practice) => `Please ask ${practice} to send you a new one.`,
  },
  freshAsked: {
    title: 'A fresh link',
    heading: 'Please look for a new message',
    told: 'If a fresh link can be sent, it is on its way to the same address.',
    late: (practice) =>
      `It takes some minutes. Look in other folders too; if it does not come, please call ${practice}.`,
  },
  locked: {
    title: 'This link is locked',
    heading: 'This link is locked',
    told: (practice) =>
      `The details entered here did not match several times. Please call ${practice}: they can send you a new link.`,
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
      told: (practice) =>
        `${practice} will not send you emails any more. To hear from them again, use the link “Choose what you get” in one of their emails, or call them.`,
    },
  },
  preferences: {
    title: (practice) => `What ${practice} sends you`,
    changedPrefix: 'Done: ',
    expired: (practice) =>
      `The newest email from ${practice} has a link that works. To stop emails you can use the unsubscribe link in any of them; to stop text messages, reply STOP.`,
    ways: 'How they may reach you',
    noWay: (practice) => `${practice} does not write to you by email or text message.`,
    way: {
      email: (address) => `Email to ${address}`,
      sms: (ending) => `Text messages to the number ending in ${ending}`,
    },
    wayWithoutAddress: { email: 'Email', sms: 'Text messages' },
    noAddress: (practice) => `${practice} does not know where to write to.`,
    standing: {
      agreed: (_practice, when) => `You agreed${when}.`,
      asked: (_practice, when) =>
        `You were asked${when} and have not answered yet. Use the link in that message.`,
      not_asked: (practice) =>
        `You were not asked yet. ${practice} asks you before it writes to you here.`,
      open: (practice) => `${practice} may write to you here.`,
      said_no: (practice, when) => `You said no${when}. ${practice} does not write to you here.`,
      stopped: (practice, when) => `Stopped${when}. ${practice} does not write to you here.`,
      unreachable: (practice) =>
        `Messages do not arrive there. Please tell ${practice} if something about it has changed.`,
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
    again: { email: 'Write to me by email again', sms: 'Send me text messages again' },
    elsewhere: {
      email: 'To hear from them here again, please call them.',
      sms: 'To hear from them here again, text START to their number, or call them.',
    },
    kinds: {
      heading: 'What they may write about',
      hint: 'What you leave unticked is not sent to you in any way.',
      names: {
        appointment_notice: 'News about appointments',
        appointment_reminder: 'Reminders of appointments',
        billing_reminder: 'Bills',
        late_payment_reminder: 'Reminders of late payments',
        online_form: 'Forms to fill in online',
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
          'They may write to you by email again. Where your yes is needed, they ask for it first.',
        sms: 'They may send you text messages again. Where your yes is needed, they ask for it first.',
      },
      nothing: 'Nothing was changed.',
    },
  },
  booking: englishBooking,
  help: {
    title: 'Help with messages from your practice',
    heading: 'Help with messages from your practice',
    inbox: {
      heading: 'So that no email is missed',
      lines: [
        'Gmail: look under Promotions. Drag the message to Primary, and answer yes when Gmail asks about the next ones.',
        'Outlook: look under Other. Open the message menu and choose “Always move to Focused inbox”.',
        'Any mail program: look under Junk or Spam, mark the message as “not junk”, and add the sender to your contacts.',
      ],
    },
    about: [
      {
        heading: 'Why you are asked',
        lines: [
          'Emails and text messages are not encrypted. Before a practice writes anything about you, it has to tell you the risks and have your yes.',
        ],
      },
      {
        heading: 'How to answer',
        lines: [
          'Email: open the link in the message and press the button. Opening the link alone changes nothing.',
          'Text message: reply YES, or open the link in the message.',
        ],
      },
      {
        heading: 'How to stop, and start again',
        lines: [
          'Email: use the unsubscribe link in any message.',
          'Text message: reply STOP. To hear from them again, reply START.',
        ],
      },
    ],
  },
};
