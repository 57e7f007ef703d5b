import type { Defaults } from './defaults.ts';

/**
 * The shipped Spanish words. Texts for SMS keep to letters of the GSM alphabet (é, ñ, ¿ are, á, í, ó, ú are not): one
 * letter outside it more than halves what fits into a segment.
 */
export const spanish: Defaults = {
  version: 'default-2',
  opt_in: {
    email: {
      subject: '{{ practice }} le pide permiso para enviarle mensajes',
      text: `{{ practice }} desea enviarle mensajes sobre su atención por correo electrónico o por mensaje de texto, y le pide permiso para hacerlo.

Dónde se guarda: estos mensajes pueden contener información de salud. Se guarda en los registros de {{ practice }} y en los sistemas de las empresas que entregan sus mensajes.

Cómo viaja: los mensajes se envían por internet y por las redes telefónicas públicas. Quien pueda abrir su correo o usar su teléfono puede leerlos.

Los riesgos: los mensajes no están cifrados. Otras personas podrían leerlos, por ejemplo en un dispositivo compartido o perdido, en una empresa de correo o de telefonía, o si llegan a una dirección equivocada.

Sus derechos: puede decir que no, elegir otra forma de contacto y cambiar de opinión en cualquier momento. Su atención no depende de su respuesta.

La ley: su información de salud está protegida por la ley, en los Estados Unidos por HIPAA. Puede pedir a {{ practice }} su aviso de prácticas de privacidad.

Para dejar de recibir mensajes más adelante, use el enlace de cualquier correo o responda STOP a cualquier mensaje de texto.

Para responder sí o no, abra esta página:
{{ link }}

Si no esperaba este mensaje, puede ignorarlo: no se le enviará nada.

{% if supportPhone %}¿Preguntas? Llame al {{ supportPhone }}.{% endif %}

{% if postalAddress %}{{ postalAddress }}{% endif %}`,
    },
    sms: {
      text: `{{ practice }}: ¿nos permite escribirle mensajes de texto sobre su salud? No van cifrados; otras personas pueden leerlos. {% if linkOnly %}Responda en el enlace, o STOP para no recibirlos.{% else %}Responda SI{% if code %} {{ code }}{% endif %} para aceptar, STOP para no recibirlos.{% endif %} AYUDA para ayuda. Pueden aplicarse tarifas de mensajes y datos.{% if emailToo %} También le enviamos un correo: mire en Promociones u Otros.{% endif %} Detalles: {{ link }}`,
    },
  },
  appointment_notice: {
    subject: 'Su cita en {{ practice }}',
    text: 'Su cita en {{ practice }}: {{ when }}{% if place %}, {{ place }}{% endif %}.{% if url %} Detalles: {{ url }}{% endif %}{% if supportPhone %} ¿Preguntas o cambios? Llame al {{ supportPhone }}.{% endif %}',
  },
  appointment_reminder: {
    subject: 'Recordatorio: su cita en {{ practice }}',
    text: 'Le recordamos su cita en {{ practice }}: {{ when }}{% if place %}, {{ place }}{% endif %}.{% if url %} Detalles: {{ url }}{% endif %}{% if supportPhone %} ¿No puede venir? Llame al {{ supportPhone }}.{% endif %}',
  },
  billing_reminder: {
    subject: 'Una factura de {{ practice }}',
    text: 'Tiene una factura de {{ practice }}{% if amount %} de {{ amount }}{% endif %}{% if dueDate %}, con vencimiento {{ dueDate }}{% endif %}.{% if url %} Puede verla o pagarla en: {{ url }}{% endif %}{% if supportPhone %} ¿Preguntas? Llame al {{ supportPhone }}.{% endif %}',
  },
  late_payment_reminder: {
    subject: 'Un pago a {{ practice }} se ha retrasado',
    text: 'Su pago{% if amount %} de {{ amount }}{% endif %} a {{ practice }} se ha retrasado{% if dueDate %}; el plazo era {{ dueDate }}{% endif %}. Si ya ha pagado, ignore este mensaje.{% if url %} Puede pagar en: {{ url }}{% endif %}{% if supportPhone %} ¿Preguntas? Llame al {{ supportPhone }}.{% endif %}',
  },
  online_form: {
    subject: 'Un formulario de {{ practice }}',
    text: '{{ practice }} le pide que rellene un formulario{% if dueDate %} antes del {{ dueDate }}{% endif %}: {{ url }}{% if supportPhone %} ¿Preguntas? Llame al {{ supportPhone }}.{% endif %}',
  },
  ad_hoc: {
    subject: '{{ subject | default: "Un mensaje" }} - {{ practice }}',
    text: '{{ text }}',
  },
};
