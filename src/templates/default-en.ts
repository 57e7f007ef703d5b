import type { Defaults } from './defaults.ts';

/** The shipped English words. Count `version` up when one of them changes: the ledger names it. */
export const english: Defaults = {
  version: 'default-2',
  opt_in: {
    email: {
      subject: '{{ practice }} asks for your permission to send you messages',
      text: `{{ practice }} would like to send you messages about your care by email or text message, and asks for your permission.

Where it is kept: these messages may contain health information. It is stored in the records of {{ practice }} and in the systems of the companies that deliver its messages.

How it travels: messages are sent over the public internet and telephone networks. Whoever can open your mailbox or use your phone can read them.

The risks: the messages are not encrypted. Others could read them, for example on a shared or lost device, at an email or phone company, or when they go to a wrong address.

Your rights: you may say no, choose another way to be contacted, and change your mind at any time. Your care does not depend on your answer.

The law: your health information is protected by law, in the United States by HIPAA. You may ask {{ practice }} for its notice of privacy practices.

To stop later, use the link in any email, or reply STOP to any text message.

To answer yes or no, open this page:
{{ link }}

If you did not expect this message, you can ignore it: nothing will be sent.

{% if supportPhone %}Questions? Call {{ supportPhone }}.{% endif %}

{% if postalAddress %}{{ postalAddress }}{% endif %}`,
    },
    sms: {
      text: `{{ practice }}: may we text you about your care? Texts are not encrypted; others could read them. {% if linkOnly %}Answer at the link, or reply STOP to refuse.{% else %}Reply YES{% if code %} {{ code }}{% endif %} to agree, STOP to refuse.{% endif %} HELP for help. Msg & data rates may apply.{% if emailToo %} We emailed you too: check Promotions or Other.{% endif %} Details: {{ link }}`,
    },
  },
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
