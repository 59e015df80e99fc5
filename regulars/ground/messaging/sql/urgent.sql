-- Some messages are good for a while alone, `good_until`: what is not sent by then is not sent at all, and has run out.
ALTER TABLE message
    ADD COLUMN good_until timestamptz,
    DROP CONSTRAINT message_state_check,
    ADD CONSTRAINT message_state_check CHECK (state IN (
        'waiting', 'sending', 'printed', 'sent', 'delivered', 'refused', 'given up', 'returned', 'overtaken', 'run out')) NOT VALID;
