import type { BookingWords } from './booking.ts';

export const spanishBooking: BookingWords = {
  choosing: {
    intro:
      'Elija cómo y lea lo que acepta. Después enviamos un código a cada dirección, para estar seguros de que es suya.',
    name: 'Su nombre',
    methods: '¿Cómo pueden escribirle?',
    method: { email: 'Por correo electrónico', sms: 'Por mensaje de texto' },
    methodHint: {
      email: 'Recordatorios y otros mensajes sobre su atención.',
      sms: 'La frecuencia de los mensajes varía. Pueden aplicarse tarifas de mensajes y datos. Responda AYUDA para ayuda, STOP para no recibirlos.',
    },
    address: { email: 'Correo electrónico', sms: 'Teléfono móvil' },
    known: {
      email: (address) => `Déjelo vacío para usar el que dio antes: ${address}`,
      sms: (ending) => `Déjelo vacío para usar el que dio antes, que termina en ${ending}.`,
    },
    read: 'Lo que acepta',
    policy: 'Privacidad',
    agree: (practice) => `He leído la política de privacidad de ${practice} y la acepto.`,
    agreeNotice: (practice) =>
      `Sé que puedo pedir a ${practice} su aviso de prácticas de privacidad, y lo acepto.`,
    open: 'Leer la política de privacidad',
    newTab: '(se abre en otra pestaña)',
    button: 'Acepto: envíenme un código',
    wrong: 'Todavía falta algo:',
    problems: {
      changed: 'El texto de esta página ha cambiado. Léalo de nuevo, por favor.',
      name: 'Escriba su nombre.',
      birthDate: 'Escriba su fecha de nacimiento.',
      methods: 'Marque al menos una forma.',
      email: 'Escriba un correo electrónico como nombre@example.com.',
      sms: 'Escriba un teléfono móvil con su código de área.',
      abroad:
        'Esta página no puede enviar mensajes a números de otros países. Elija el correo electrónico o llámenos.',
      policy: 'Marque la casilla sobre la privacidad. Sin ella no podemos continuar.',
    },
  },
  proving: {
    title: 'Escriba su código',
    intro:
      'Enviamos un código de seis cifras a cada dirección. Funciona durante 10 minutos. Puede dejar esta página abierta.',
    code: {
      email: (address) => `Código del correo a ${address}`,
      sms: (ending) => `Código del mensaje de texto al número que termina en ${ending}`,
    },
    hint: 'Seis cifras',
    problems: {
      missing: 'Escriba el código que recibió.',
      wrong: 'Ese no es el código. Revíselo y use el más reciente.',
      over: 'Ese código ya no funciona. Pida otro.',
    },
    button: 'Confirmar',
    proven: { email: 'Correo electrónico: confirmado.', sms: 'Mensajes de texto: confirmados.' },
    late: '¿No ha llegado nada? Puede tardar unos minutos. Cada dirección recibe pocos códigos por hora.',
    again: {
      email: 'Enviar otro código por correo',
      sms: 'Enviar otro código por mensaje de texto',
    },
    noMore: {
      email: (practice) => `No se pueden enviar más códigos por correo. Llame a ${practice}.`,
      sms: (practice) =>
        `No se pueden enviar más códigos por mensaje de texto. Llame a ${practice}.`,
    },
    finish: {
      email: 'Continuar sin correo electrónico',
      sms: 'Continuar sin mensajes de texto',
    },
    reopen: 'Cambiar lo que he escrito',
  },
  done: {
    title: 'Gracias, queda registrado',
    agreed: {
      email: (practice) => `Usted aceptó que ${practice} le escriba por correo electrónico.`,
      sms: (practice) => `Usted aceptó que ${practice} le envíe mensajes de texto.`,
    },
    left: {
      email: 'No por correo electrónico: aquí no se confirmó ninguna dirección.',
      sms: 'No por mensaje de texto: aquí no se confirmó ningún número.',
    },
    policy: (practice, version) =>
      `Usted aceptó la política de privacidad de ${practice}, versión ${version}.`,
    notice: (practice) => `Usted aceptó el aviso de prácticas de privacidad de ${practice}.`,
  },
  expired: {
    title: 'Esta página ha caducado',
    text: 'Estuvo abierta demasiado tiempo y aquí ya no se puede confirmar nada más.',
    again: 'Empezar de nuevo',
    ask: (practice) => `Empiece de nuevo donde hizo la reserva o llame a ${practice}.`,
  },
  closed: {
    title: 'Ahora no es posible por internet',
    text: (practice) => `Llame a ${practice}, por favor.`,
  },
  tooMany: {
    title: 'Inténtelo más tarde',
    text: 'Esta página se ha usado muchas veces seguidas. Inténtelo de nuevo dentro de una hora o llame por teléfono.',
  },
};
