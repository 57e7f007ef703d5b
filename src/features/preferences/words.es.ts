import type { PreferencesWords } from './words.ts';

export const spanish: PreferencesWords = {
  title: (practice) => `Lo que ${practice} le envía`,
  changedPrefix: 'Hecho: ',
  expired: (practice) =>
    `El correo más reciente de ${practice} tiene un enlace que funciona. Para cancelar los correos, use el enlace para cancelar que lleva cualquiera de ellos; para no recibir mensajes de texto, responda STOP.`,
  expiredNoLink: (practice) =>
    `Para cambiar lo que recibe de ${practice}, llame al consultorio. Para no recibir mensajes de texto, responda STOP a cualquiera de ellos.`,
  ways: 'Cómo pueden escribirle',
  noWay: (practice) => `${practice} no le escribe por correo electrónico ni por mensaje de texto.`,
  way: {
    email: (address) => `Correo electrónico a ${address}`,
    sms: (ending) => `Mensajes de texto al número que termina en ${ending}`,
  },
  wayWithoutAddress: { email: 'Correo electrónico', sms: 'Mensajes de texto' },
  noAddress: (practice) =>
    `${practice} no tiene una dirección ni un número para escribirle por aquí.`,
  standing: {
    agreed: (_practice, when) => `Usted aceptó${when}.`,
    asked: (_practice, when) =>
      `Se le preguntó${when} y todavía no ha respondido. Use el enlace de ese mensaje.`,
    not_asked: (practice) =>
      `Todavía no se le ha preguntado. ${practice} le preguntará antes de escribirle por aquí.`,
    open: (practice) => `${practice} puede escribirle por aquí.`,
    said_no: (practice, when) => `Usted dijo que no${when}. ${practice} no le escribe por aquí.`,
    stopped: (practice, when) => `Cancelado${when}. ${practice} no le escribe por aquí.`,
    unreachable: (practice) =>
      `Los mensajes no llegan. Si cambió su dirección o su número, avise a ${practice}.`,
    not_used: (practice) => `${practice} no le escribe por aquí.`,
  },
  on: (date) => `el ${date}`,
  means: {
    page: 'en su página web',
    sms: 'por mensaje de texto',
    unsubscribe: 'con un enlace para cancelar',
    preferences: 'en esta página',
    staff: 'por medio del consultorio',
    provider: 'según su compañía de correo o de teléfono',
    online_scheduler: 'al hacer la cita por internet',
    paper: 'en papel',
    phone: 'por teléfono',
    import: 'según los datos del consultorio',
  },
  agreedTo: 'Lo que usted aceptó',
  stop: { email: 'No quiero más correos', sms: 'No quiero más mensajes de texto' },
  again: {
    email: 'Quiero correos otra vez',
    sms: 'Quiero mensajes de texto otra vez',
  },
  elsewhere: {
    email: 'Para volver a recibir correos, llame al consultorio.',
    sms: (number) =>
      number === undefined
        ? 'Para volver a recibir mensajes de texto, llame al consultorio.'
        : `Para volver a recibir mensajes de texto, envíe START al ${number} o llame al consultorio.`,
  },
  kinds: {
    heading: 'Sobre qué pueden escribirle',
    hint: 'Quite la marca de lo que no quiera recibir.',
    names: {
      appointment_notice: 'Avisos sobre citas',
      appointment_reminder: 'Recordatorios de citas',
      billing_reminder: 'Facturas',
      late_payment_reminder: 'Recordatorios de pagos atrasados',
      online_form: 'Formularios para llenar en línea',
      ad_hoc: 'Otros mensajes',
    },
    save: 'Guardar',
  },
  all: {
    heading: 'No recibir nada',
    told: (practice) =>
      `${practice} no le enviará correos ni mensajes de texto hasta que usted los quiera de nuevo.`,
    button: 'No quiero correos ni mensajes de texto',
  },
  done: {
    kinds: (declined) =>
      declined.length === 0
        ? 'Guardado: recibirá todo tipo de mensajes.'
        : `Guardado. No recibirá: ${declined.join(', ')}.`,
    stop: {
      email: 'Ya no recibirá correos.',
      sms: 'Ya no recibirá mensajes de texto.',
      all: 'Ya no recibirá correos ni mensajes de texto.',
    },
    again: {
      email: 'Pueden enviarle correos otra vez. Si hace falta su permiso, se lo pedirán antes.',
      sms: 'Pueden enviarle mensajes de texto otra vez. Si hace falta su permiso, se lo pedirán antes.',
    },
    nothing: 'No se cambió nada.',
  },
};
