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
    told: (practice, channel) =>
      `${practice} may write to you by ${channel}. You need to do nothing more here.`,
    stop: 'You can stop at any time: use the link in any email, or reply STOP to any text.',
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
