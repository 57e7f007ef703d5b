import type { Defaults } from './defaults.ts';

/** The shipped English words. Count `version` up when one of them changes: the ledger names it. */
export const english: Defaults = {
  version: 'default-3',
  opt_in: {
    email: {
      subject: 'Can we email you appointment reminders?',
      text: `{% if booking %}{{ practice }} would like to send you reminders, forms and bills by {% if byEmail and byText %}email and by text message{% elsif byText %}text message{% else %}email{% endif %}, and asks for your permission.{% elsif byText and byEmail %}Somebody gave us this email address for messages from {{ practice }}. If that was you: may we email you reminders, forms and bills, and also text you if you tick the box for it?{% elsif byText %}Somebody gave us this mobile number for text messages from {{ practice }}. If that was you: may we text you reminders, forms and bills?{% else %}Somebody gave us this email address for messages from {{ practice }}. If that was you: may we email you reminders, forms and bills?{% endif %}

Please answer yes or no on this page:
{{ link }}

{% unless booking %}If that was not you, ignore this message: without your yes we send nothing of the kind.{% endunless %}

{% unless booking %}Not sure that it is really us? Call the number on your appointment card or bill. We never ask for a password or a payment here.{% endunless %}

Where it is kept: these messages may contain health information. It is stored in the records of {{ practice }} and in the systems of the companies that deliver its messages.

How it travels: messages are sent over the public internet and telephone networks. Anyone who can open your mailbox or use your phone can read them.

The risks: the messages are not encrypted. Others could read them, for example on a shared or lost device, at an email or phone company, or when they go to a wrong address.

Your rights: you may say no, choose another way to be contacted, and change your mind at any time. Your care does not depend on your answer.

The law: your health information is protected by law, in the United States by HIPAA. You may ask {{ practice }} for its notice of privacy practices.

{% if byText %}How often, and what it costs: the frequency of texts varies. Message and data rates may apply. Reply HELP for help.{% endif %}

To stop later, {% if byEmail and byText %}use the link "Stop these emails" in any email, and reply STOP to any text message.{% elsif byText %}reply STOP to any text message.{% else %}use the link "Stop these emails" in any email.{% endif %}

{% if supportPhone %}Questions? Call {{ practice }} at {{ supportPhone }}.{% endif %}

{{ practice }}{% if postalAddress %}, {{ postalAddress }}{% endif %}`,
    },
    sms: {
      text: `{{ practice }}: may we text you reminders and notices? Texts are not encrypted; others could read them. {% if linkOnly %}Answer at the link. {% else %}Reply YES{% if code %} {{ code }}{% endif %} or NO. {% endif %}STOP ends all texts, HELP for help. Msg frequency varies. Msg & data rates may apply. More: {{ link }}`,
    },
  },
  codeHint: (code) => `Reply YES ${code} or NO.`,
  appointment_notice: {
    subject: 'Your appointment at {{ practice }}',
    text: 'Your appointment at {{ practice }}: {{ when }}{% if place %}, {{ place }}{% endif %}.{% if url %} Details: {{ url }}{% endif %}{% if supportPhone %} Questions or changes? Call {{ supportPhone }}.{% endif %}',
  },
  appointment_reminder: {
    subject: 'Reminder: your appointment at {{ practice }}',
    text: 'Reminder of your appointment at {{ practice }}: {{ when }}{% if place %}, {{ place }}{% endif %}.{% if url %} Details: {{ url }}{% endif %}{% if supportPhone %} Cannot come? Call {{ supportPhone }}.{% endif %}',
  },
  billing_reminder: {
    subject: 'A bill from {{ practice }}',
    text: 'You have a bill from {{ practice }}{% if amount %} of {{ amount }}{% endif %}{% if dueDate %}, due {{ dueDate }}{% endif %}.{% if url %} See or pay it here: {{ url }}{% endif %}{% if supportPhone %} Questions? Call {{ supportPhone }}.{% endif %}',
  },
  late_payment_reminder: {
    subject: 'A payment to {{ practice }} is late',
    text: 'Your payment{% if amount %} of {{ amount }}{% endif %} to {{ practice }} is late{% if dueDate %}; it was due {{ dueDate }}{% endif %}. If you have paid, please ignore this.{% if url %} Pay here: {{ url }}{% endif %}{% if supportPhone %} Questions? Call {{ supportPhone }}.{% endif %}',
  },
  online_form: {
    subject: 'A form from {{ practice }}',
    text: '{{ practice }} asks you to fill in a form{% if dueDate %} by {{ dueDate }}{% endif %}: {{ url }}{% if supportPhone %} Questions? Call {{ supportPhone }}.{% endif %}',
  },
  ad_hoc: {
    subject: '{{ subject | default: "A message" }} - {{ practice }}',
    text: '{{ text }}',
  },
};
