-- What pays for a purchase is found by the purchase's id: a redemption names it as its original, or bears it as its own.
CREATE INDEX event_payments ON event (account_id, (coalesce(attributes ->> '_original', external_id)))
    WHERE type IN ('redemption', 'capture');
