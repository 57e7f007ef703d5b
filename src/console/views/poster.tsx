import { Console, type Frame } from './layout.tsx';

/** For the reception: a script for the phone, and a poster whose code leads to the page for first bookings. */
export function posterPage(props: {
  frame: Frame;
  practice: string;
  /** SVG, made by us. */
  code: string;
  url: string;
}): string {
  const { frame, practice, code, url } = props;
  return String(
    <Console title="Poster and script" frame={frame} here="/console/poster">
      <section class="script" aria-labelledby="script">
        <h2 id="script">To read out on the phone</h2>
        <blockquote lang="en">
          <p
            safe
          >{`“${practice} would like to send you reminders by email and by text message.`}</p>
          <p>
            These messages are not encrypted: somebody else could read them, on their way or on a
            device of yours. They can show that you are our patient. You need not agree, and your
            care does not depend on it. You can stop at any time, by the link in an email, or by
            replying STOP to a text.
          </p>
          <p>May we send you emails? May we send you texts?”</p>
        </blockquote>
        <blockquote lang="es">
          <p
            safe
          >{`«${practice} quisiera enviarle recordatorios por correo electrónico y por mensaje de texto.`}</p>
          <p>
            Estos mensajes no van cifrados: otra persona podría leerlos, en el camino o en un
            dispositivo suyo. Pueden mostrar que usted es paciente nuestro. No tiene que aceptar, y
            su atención no depende de ello. Puede detenerlos cuando quiera, con el enlace de un
            correo o respondiendo STOP a un mensaje.
          </p>
          <p>¿Podemos enviarle correos? ¿Podemos enviarle mensajes de texto?»</p>
        </blockquote>
        <p class="hint">
          Write down who asked, when, and what they answered; then open the contact and record the
          consent, “on the phone”.
        </p>
      </section>
      <section class="poster" aria-labelledby="poster">
        <h2 id="poster" safe>
          {practice}
        </h2>
        <p>May we write to you? Scan this, and choose.</p>
        <p lang="es">¿Podemos escribirle? Escanee este código y elija.</p>
        <div class="code" role="img" aria-label="QR code">
          {code}
        </div>
        <p safe>{url}</p>
      </section>
      <p class="hint">Print this page: only the poster is printed.</p>
    </Console>,
  );
}
