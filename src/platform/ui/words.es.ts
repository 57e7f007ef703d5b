import type { PageWords } from './words.ts';

export const spanish: PageWords = {
  otherLanguage: { locale: 'en', name: 'English' },
  questions: (phone) => `¿Preguntas? Llame al ${phone}.`,
  unknown: {
    title: 'Este enlace no funciona',
    text: 'Puede que esté incompleto. Ábralo otra vez desde el mensaje o llame a su consultorio.',
  },
  tooMany: {
    title: 'Espere un minuto, por favor',
    text: 'Esta página se abrió muchas veces seguidas. No se perdió nada. Espere un minuto y abra el enlace otra vez.',
  },
  notUnderstood: {
    title: 'No funcionó',
    text: 'No pudimos leer su respuesta y no se cambió nada. Abra el enlace otra vez y responda ahí, por favor.',
  },
  unavailable: {
    title: 'Intente de nuevo en un momento',
    text: 'Hubo un problema de nuestra parte y su respuesta no se guardó. Abra el enlace otra vez en unos minutos.',
  },
  birthDate: {
    label: 'Su fecha de nacimiento',
    hint: 'Para saber que es usted. Por ejemplo: 3 14 1954.',
    month: 'Mes',
    day: 'Día',
    year: 'Año',
    notForNo: 'No la necesita para decir que no.',
    missing: 'Escriba el mes, el día y el año en que nació; por ejemplo: 3 14 1954.',
    wrong: (triesLeft) =>
      `No coincide. Revise la fecha e intente de nuevo. ${
        triesLeft === 1 ? 'Le queda 1 intento.' : `Le quedan ${triesLeft} intentos.`
      }`,
    titlePrefix: 'Error: ',
  },
  help: {
    title: 'Ayuda con los mensajes de su consultorio',
    heading: 'Ayuda con los mensajes de su consultorio',
    inbox: {
      heading: 'No se pierda nuestros correos',
      lines: [
        'Gmail: revise Promociones. Arrastre el mensaje a Principal y elija “Sí” cuando Gmail ofrezca hacer lo mismo con los próximos mensajes.',
        'Outlook: revise Otros. Abra el menú del mensaje y elija “Mover siempre a la bandeja Prioritarios”.',
        'Cualquier programa de correo: revise Correo no deseado o Spam, marque que el mensaje no es spam y agregue el remitente a sus contactos.',
      ],
    },
    about: [
      {
        heading: 'Por qué se le pregunta',
        lines: [
          'Los correos y los mensajes de texto no están encriptados. Antes de escribir algo sobre usted, el consultorio debe explicarle los riesgos y tener su permiso.',
        ],
      },
      {
        heading: 'Cómo responder',
        lines: [
          'Correo: abra el enlace del mensaje, marque la casilla y oprima el botón. Abrir el enlace, por sí solo, no cambia nada.',
          'Mensaje de texto: responda SÍ o abra el enlace del mensaje.',
        ],
      },
      {
        heading: 'Cómo cancelar y volver a recibirlos',
        lines: [
          'Correo: use el enlace para cancelar del mensaje, el botón para cancelar de su programa de correo, o llame al consultorio.',
          'Mensaje de texto: responda STOP. Para volver a recibirlos, responda START.',
        ],
      },
    ],
  },
};
