-- Whether the last text from a number was a message of the practice. A NO and nothing else may answer what such a one
-- asked; our own texts ask for consent and nothing else (src/answers/refused-texts.ts). Of texts before it is not known,
-- and they are taken for messages.
ALTER TABLE texted_from ADD COLUMN message_last boolean NOT NULL DEFAULT true;
