import type { Defaults } from './defaults.ts';

/**
 * The shipped Spanish words. Texts for SMS keep to letters of the GSM alphabet (é, ñ, ¿ are, á, í, ó, ú are not): one
 * letter outside it more than halves the capacity of a segment.
 */
export const spanish: Defaults = {
  version: 'default-3',
  opt_in: {
    email: {
      subject: '¿Podemos enviarle recordatorios de citas por correo electrónico?',
      text: `{% if booking %}{{ practice }} desea enviarle recordatorios, formularios y facturas por {% if byEmail and byText %}correo electrónico y por mensaje de texto{% elsif byText %}mensaje de texto{% else %}correo electrónico{% endif %}, y le pide permiso.{% elsif byText and byEmail %}Alguien nos dio este correo electrónico para recibir mensajes de {{ practice }}. Si fue usted: ¿podemos enviarle recordatorios, formularios y facturas por correo, y también por mensaje de texto si marca la casilla para ello?{% elsif byText %}Alguien nos dio este número de celular para recibir mensajes de texto de {{ practice }}. Si fue usted: ¿podemos enviarle recordatorios, formularios y facturas por mensaje de texto?{% else %}Alguien nos dio este correo electrónico para recibir mensajes de {{ practice }}. Si fue usted: ¿podemos enviarle recordatorios, formularios y facturas por correo electrónico?{% endif %}

Por favor responda sí o no en esta página:
{{ link }}

{% unless booking %}Si no fue usted, ignore este mensaje: sin su permiso no le enviaremos nada de esto.{% endunless %}

{% unless booking %}¿No está seguro de que somos nosotros? Llame al número que aparece en su tarjeta de citas o en su factura. Aquí nunca le pediremos contraseñas ni pagos.{% endunless %}

Dónde se guarda: estos mensajes pueden contener información de salud. Se guarda en los registros de {{ practice }} y en los sistemas de las empresas que entregan sus mensajes.

Cómo viaja: los mensajes se envían por internet y por las redes telefónicas públicas. Cualquier persona que pueda abrir su correo o usar su teléfono puede leerlos.

Los riesgos: los mensajes no están encriptados. Otras personas podrían leerlos, por ejemplo en un dispositivo compartido o perdido, en una empresa de correo o de telefonía, o si llegan a una dirección equivocada.

Sus derechos: puede decir que no, elegir otra forma de contacto y cambiar de opinión en cualquier momento. Su atención no depende de su respuesta.

La ley: su información de salud está protegida por la ley, en los Estados Unidos por HIPAA. Puede pedir a {{ practice }} su aviso de prácticas de privacidad.

{% if byText %}Con qué frecuencia y cuánto cuesta: la frecuencia de los mensajes de texto varía. Pueden aplicarse tarifas de mensajes y datos. Responda AYUDA para más información.{% endif %}

Para cancelar más adelante, {% if byEmail and byText %}use el enlace “No quiero más correos” de cualquier correo y responda STOP a cualquier mensaje de texto.{% elsif byText %}responda STOP a cualquier mensaje de texto.{% else %}use el enlace “No quiero más correos” de cualquier correo.{% endif %}

{% if supportPhone %}¿Preguntas? Llame a {{ practice }} al {{ supportPhone }}.{% endif %}

{{ practice }}{% if postalAddress %}, {{ postalAddress }}{% endif %}`,
    },
    sms: {
      text: `{{ practice }}: ¿podemos enviarle avisos por texto? Van sin encriptar: otros pueden leerlos. {% if linkOnly %}Responda en el enlace. {% else %}Responda SI{% if code %} {{ code }}{% endif %} o NO. {% endif %}STOP cancela todo. Dudas: AYUDA. Frecuencia variable. Pueden aplicarse tarifas de msj y datos. Info: {{ link }}`,
    },
  },
  codeHint: (code) => `Responda SI ${code} o NO.`,
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
    text: '{{ practice }} le pide que llene un formulario{% if dueDate %} antes del {{ dueDate }}{% endif %}: {{ url }}{% if supportPhone %} ¿Preguntas? Llame al {{ supportPhone }}.{% endif %}',
  },
  ad_hoc: {
    subject: '{{ subject | default: "Un mensaje" }} - {{ practice }}',
    text: '{{ text }}',
  },
};
