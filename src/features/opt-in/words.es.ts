import type { OptInWords } from './words.ts';

export const spanish: OptInWords = {
  open: {
    heading: {
      email: (practice) => `¿Puede ${practice} enviarle correos electrónicos?`,
      sms: (practice) => `¿Puede ${practice} enviarle mensajes de texto?`,
    },
    about: {
      email: 'Queremos enviarle recordatorios y otros mensajes, solo por correo electrónico.',
      sms: 'Queremos enviarle recordatorios y otros mensajes, solo por mensaje de texto.',
    },
    aboutPlain: 'Queremos enviarle recordatorios y otros mensajes por correo electrónico.',
    risk: {
      email: 'El correo no está encriptado: otras personas podrían leerlo.',
      sms: 'Los mensajes de texto no están encriptados: otras personas podrían leerlos.',
    },
    readFirst: 'Lea lo que esto significa',
    details: 'Lo que esto significa',
    agree: {
      email: (practice) => `Entiendo y acepto recibir correos de ${practice}.`,
      sms: (practice) => `Entiendo y acepto recibir mensajes de texto de ${practice}.`,
    },
    alsoSms: (ending) => `También acepto mensajes de texto al número que termina en ${ending}.`,
    accept: 'Sí, acepto',
    decline: { email: 'No, no quiero correos', sms: 'No, no quiero mensajes' },
  },
  problems: {
    changed: 'Su respuesta no se guardó porque esta página cambió. Responda aquí, por favor.',
    unanswered: 'Su respuesta no se guardó. Oprima Sí o No, por favor.',
    agree:
      'Para decir que sí, marque la casilla “Entiendo y acepto” y después oprima “Sí, acepto”.',
  },
  accepted: {
    title: 'Gracias',
    heading: 'Gracias. Aceptó recibir mensajes.',
    earlier: 'Usted ya aceptó',
    told: {
      email: (practice) => `${practice} puede enviarle correos electrónicos. Eso es todo.`,
      sms: (practice) => `${practice} puede enviarle mensajes de texto. Eso es todo.`,
    },
    stop: {
      emailLink:
        'Puede cancelar los correos cuando quiera con el enlace al final de cualquiera de ellos.',
      emailCall: (practice) => `Puede cancelar los correos cuando quiera: llame a ${practice}.`,
      sms: 'Puede cancelar los mensajes de texto cuando quiera: responda STOP a cualquiera de ellos.',
    },
    preferences: 'Ver o cambiar lo que recibe',
    goOn: (practice) => `Ir a ${practice}`,
    smsHeading: (practice, ending) =>
      `¿Puede ${practice} enviarle también mensajes de texto al número que termina en ${ending}?`,
    smsAccept: 'Sí, también mensajes de texto',
  },
  declined: {
    title: 'Usted dijo que no',
    told: {
      email: (practice) =>
        `${practice} no le enviará correos electrónicos. No tiene que hacer nada más.`,
      sms: (practice) =>
        `${practice} no le enviará mensajes de texto. No tiene que hacer nada más.`,
    },
    change: 'Cambié de opinión',
  },
  revoked: {
    title: 'Usted pidió no recibir más mensajes',
    told: {
      email: (practice) =>
        `${practice} no le envía correos electrónicos. Para volver a recibirlos, llame al consultorio.`,
      sms: (practice, number) =>
        number === undefined
          ? `${practice} no le envía mensajes de texto. Para volver a recibirlos, llame al consultorio.`
          : `${practice} no le envía mensajes de texto. Para volver a recibirlos, envíe START al ${number}.`,
    },
  },
  expired: {
    title: 'Este enlace ya venció',
    offer: 'Podemos enviarle uno nuevo.',
    button: 'Enviarme un enlace nuevo',
    ask: (practice) => `Pida a ${practice} que le envíe uno nuevo.`,
  },
  freshAsked: {
    title: 'Un enlace nuevo',
    heading: 'Espere un mensaje nuevo',
    told: 'Si se puede enviar un enlace nuevo, está en camino a la misma dirección.',
    late: (practice) =>
      `Puede tardar unos minutos. Revise también otras carpetas. Si no llega, llame a ${practice}.`,
  },
  locked: {
    title: 'Este enlace está bloqueado',
    told: (practice) =>
      `La fecha de nacimiento no coincidió varias veces. Llame a ${practice}: puede enviarle un enlace nuevo.`,
  },
};
