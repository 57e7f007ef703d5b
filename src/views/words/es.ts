import type { Words } from './words.ts';

export const spanish: Words = {
  otherLanguage: { locale: 'en', name: 'English' },
  channel: { email: 'correo electrónico', sms: 'mensaje de texto' },
  questions: (phone) => `¿Preguntas? Llame al ${phone}.`,
  unknown: {
    title: 'Este enlace no funciona',
    text: 'Puede que esté cortado. Ábralo de nuevo desde el mensaje o llame a su consultorio.',
  },
  tooMany: {
    title: 'Espere un minuto, por favor',
    text: 'Esta página se ha abierto muchas veces seguidas. No se ha perdido nada: espere un minuto y abra el enlace de nuevo.',
  },
  notUnderstood: {
    title: 'No ha funcionado',
    text: 'Su respuesta no llegó como debía. Vuelva atrás, abra el enlace de nuevo y pulse el botón.',
  },
  unavailable: {
    title: 'Inténtelo de nuevo en un momento',
    text: 'Algo ha fallado por nuestra parte y su respuesta no se ha guardado. Abra el enlace de nuevo en unos minutos.',
  },
  open: {
    title: (practice) => `¿Puede ${practice} escribirle?`,
    heading: (practice, channel) => `¿Puede ${practice} escribirle por ${channel}?`,
    accept: 'Sí, acepto',
    decline: 'No, no me escriban así',
    alsoSms: (ending) => `También acepto mensajes de texto al número que termina en ${ending}.`,
  },
  birthDate: {
    label: 'Su fecha de nacimiento',
    hint: 'Para saber que es usted.',
    notForNo: 'Para decir que no, no hace falta.',
    wrong: 'No coincide. Revise lo que ha escrito e inténtelo de nuevo.',
    titlePrefix: 'Error: ',
  },
  changed: 'Algo ha cambiado en esta página. Léala de nuevo y responda, por favor.',
  accepted: {
    title: 'Gracias',
    heading: 'Gracias, ha dicho que sí',
    told: (practice, channel) =>
      `${practice} puede escribirle por ${channel}. Aquí no tiene que hacer nada más.`,
    stop: 'Puede dejarlo cuando quiera: use el enlace de cualquier correo o responda STOP a cualquier mensaje de texto.',
    goOn: (practice) => `Continuar a ${practice}`,
    smsHeading: (practice, ending) =>
      `¿Puede ${practice} enviarle también mensajes de texto al número que termina en ${ending}?`,
    smsAccept: 'Sí, también mensajes de texto',
    smsDecline: 'Sin mensajes de texto',
  },
  declined: {
    title: 'Ha dicho que no',
    heading: 'Ha dicho que no',
    told: (practice, channel) =>
      `${practice} no le escribirá por ${channel}. Aquí puede cambiar de opinión.`,
    read: 'Lo que aceptaría',
    change: 'He cambiado de opinión: sí, acepto',
  },
  revoked: {
    title: 'Nos pidió que paráramos',
    heading: 'Nos pidió que paráramos',
    told: (practice, channel) =>
      `${practice} no le escribe por ${channel}. Para volver a recibir mensajes, llame por teléfono o envíe START a su número.`,
  },
  expired: {
    title: 'Este enlace ha caducado',
    heading: 'Este enlace ha caducado',
    offer: 'Puede pedir que se le envíe uno nuevo.',
    button: 'Enviarme un enlace nuevo',
    ask: (practice) => `Pida a ${practice} que le envíe uno nuevo.`,
  },
  freshAsked: {
    title: 'Un enlace nuevo',
    heading: 'Espere un mensaje nuevo',
    told: 'Si se puede enviar un enlace nuevo, está en camino a la misma dirección.',
    late: (practice) =>
      `Tarda unos minutos. Mire también en otras carpetas; si no llega, llame a ${practice}.`,
  },
  locked: {
    title: 'Este enlace está bloqueado',
    heading: 'Este enlace está bloqueado',
    told: (practice) =>
      `Los datos escritos aquí no coincidieron varias veces. Llame a ${practice}: puede enviarle un enlace nuevo.`,
  },
  message: {
    title: (practice) => `Un mensaje de ${practice}`,
    ask: (practice) => `Escriba su fecha de nacimiento para leer el mensaje de ${practice}.`,
    show: 'Mostrar el mensaje',
    expiredHeading: 'Este enlace ha caducado',
    expired: (practice) => `Llame a ${practice} o pida que le envíe el mensaje de nuevo.`,
  },
  help: {
    title: 'Ayuda con los mensajes de su consultorio',
    heading: 'Ayuda con los mensajes de su consultorio',
    inbox: {
      heading: 'Para no perder ningún correo',
      lines: [
        'Gmail: mire en Promociones. Arrastre el mensaje a Principal y responda que sí cuando Gmail pregunte por los siguientes.',
        'Outlook: mire en Otros. Abra el menú del mensaje y elija “Mover siempre a la bandeja Prioritarios”.',
        'Cualquier programa de correo: mire en Correo no deseado o Spam, marque el mensaje como deseado y añada el remitente a sus contactos.',
      ],
    },
    about: [
      {
        heading: 'Por qué se le pregunta',
        lines: [
          'Los correos y los mensajes de texto no están cifrados. Antes de escribir algo sobre usted, el consultorio tiene que explicarle los riesgos y recibir su sí.',
        ],
      },
      {
        heading: 'Cómo responder',
        lines: [
          'Correo: abra el enlace del mensaje y pulse el botón. Abrir el enlace, por sí solo, no cambia nada.',
          'Mensaje de texto: responda SI o abra el enlace del mensaje.',
        ],
      },
      {
        heading: 'Cómo parar y volver a empezar',
        lines: [
          'Correo: use el enlace para darse de baja de cualquier mensaje.',
          'Mensaje de texto: responda STOP. Para volver a recibirlos, responda START.',
        ],
      },
    ],
  },
};
