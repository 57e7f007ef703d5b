import type { BookingWords } from './words.ts';

export const spanish: BookingWords = {
  choosing: {
    title: (practice) => `¿Cómo puede ${practice} escribirle?`,
    intro:
      'Elija cómo podemos escribirle y lea lo que usted acepta. Después le enviamos un código, para confirmar que la dirección es suya.',
    name: 'Su nombre',
    methods: 'Por correo, por mensaje de texto o los dos',
    method: { email: 'Por correo electrónico', sms: 'Por mensaje de texto' },
    methodHint: {
      email: 'Recordatorios y otros mensajes sobre su atención.',
      sms: 'La frecuencia de los mensajes varía. Pueden aplicarse tarifas de mensajes y datos. Responda AYUDA para más información, STOP para cancelar.',
    },
    address: { email: 'Correo electrónico', sms: 'Número de celular' },
    known: {
      email: (address) => `Déjelo en blanco para usar el que dio antes: ${address}`,
      sms: (ending) => `Déjelo en blanco para usar el que dio antes, que termina en ${ending}.`,
    },
    read: 'Lo que usted acepta',
    policy: 'Privacidad',
    agree: (practice) => `Leí la política de privacidad de ${practice} y la acepto.`,
    agreeNotice: (practice) =>
      `Entiendo que puedo pedir a ${practice} su Aviso de prácticas de privacidad.`,
    open: 'Leer la política de privacidad',
    newTab: '(se abre en otra pestaña)',
    button: 'Acepto: envíenme un código',
    wrong: 'Todavía falta algo:',
    problems: {
      changed: 'Esta página cambió. Léala de nuevo, por favor.',
      name: 'Escriba su nombre.',
      birthDate: 'Escriba su fecha de nacimiento: mes, día y año.',
      methods: 'Elija al menos una forma.',
      email: 'Escriba un correo electrónico como nombre@example.com.',
      sms: 'Escriba un número de celular con su código de área.',
      abroad:
        'Esta página no puede enviar mensajes a números de otros países. Elija el correo electrónico o llámenos.',
      policy: 'Marque la casilla sobre la privacidad. La necesitamos para continuar.',
    },
  },
  proving: {
    title: 'Escriba su código',
    intro:
      'Enviamos un código de seis números a cada dirección. Sirve por 10 minutos. Puede dejar esta página abierta.',
    code: {
      email: (address) => `Código del correo a ${address}`,
      sms: (ending) => `Código del mensaje de texto al número que termina en ${ending}`,
    },
    hint: 'Seis números',
    problems: {
      missing: 'Escriba el código que recibió.',
      wrong: 'Ese no es el código. Revíselo y use el más reciente.',
      over: 'Ese código ya no sirve. Pida otro.',
    },
    button: 'Confirmar',
    proven: { email: 'Correo electrónico: confirmado.', sms: 'Mensajes de texto: confirmados.' },
    late: '¿No llegó nada? Puede tardar unos minutos. Solo puede pedir unos pocos códigos por hora.',
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
    reopen: 'Cambiar lo que escribí',
  },
  done: {
    title: '¡Gracias!',
    agreed: {
      email: (practice) => `${practice} puede enviarle correos electrónicos.`,
      sms: (practice) => `${practice} puede enviarle mensajes de texto.`,
    },
    left: {
      email: 'No por correo electrónico: aquí no se confirmó ninguna dirección.',
      sms: 'No por mensaje de texto: aquí no se confirmó ningún número.',
    },
    policy: (practice, version) =>
      `Usted aceptó la política de privacidad de ${practice}, versión ${version}.`,
    notice: (practice) => `Puede pedir a ${practice} su Aviso de prácticas de privacidad.`,
  },
  expired: {
    title: 'Esta página ya venció',
    text: 'Estuvo abierta demasiado tiempo y aquí ya no se puede confirmar nada más.',
    again: 'Empezar de nuevo',
    ask: (practice) => `Empiece de nuevo donde hizo la cita o llame a ${practice}.`,
  },
  closed: {
    title: 'Ahora no es posible por internet',
    text: (practice) => `Llame a ${practice}, por favor.`,
  },
  tooMany: {
    title: 'Intente más tarde',
    text: 'Esta página se usó muchas veces seguidas. Intente de nuevo en una hora o llame por teléfono.',
  },
};
