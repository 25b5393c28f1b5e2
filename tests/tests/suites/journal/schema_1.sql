
    CREATE TABLE job (
        no BIGINT PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        created BIGINT NOT NULL,
        server TEXT NOT NULL,
        label TEXT NOT NULL,
        operator TEXT NOT NULL,
        reason TEXT NOT NULL,
        options TEXT NOT NULL,
        state TEXT NOT NULL
    );
    CREATE TABLE item (
        id {KEY} PRIMARY KEY,
        job BIGINT NOT NULL REFERENCES job (no),
        line BIGINT NOT NULL,
        operation TEXT NOT NULL,
        subject TEXT NOT NULL,
        send_group TEXT NOT NULL,
        cells TEXT NOT NULL,
        sealed TEXT NOT NULL,
        natural_key TEXT NOT NULL,
        fingerprint TEXT NOT NULL,
        state TEXT NOT NULL,
        twin BIGINT,
        intent TEXT NOT NULL,
        send_before BIGINT NOT NULL,
        before TEXT NOT NULL,
        accepted BIGINT NOT NULL,
        request_id TEXT NOT NULL,
        gained TEXT NOT NULL,
        class TEXT NOT NULL,
        reason TEXT NOT NULL,
        evidence TEXT NOT NULL,
        next_step TEXT NOT NULL,
        changed BIGINT NOT NULL
    );
    CREATE INDEX item_by_state ON item (job, state, id);
    CREATE INDEX item_by_request ON item (job, request_id);
    CREATE INDEX item_by_subject ON item (subject);
    CREATE INDEX item_by_gained ON item (gained);
    CREATE TABLE claim (
        natural_key TEXT PRIMARY KEY,
        item BIGINT NOT NULL
    );
    CREATE INDEX claim_by_item ON claim (item);
    CREATE TABLE history (
        seq {SERIAL},
        item BIGINT NOT NULL,
        at BIGINT NOT NULL,
        state TEXT NOT NULL,
        applied BIGINT NOT NULL,
        intent TEXT NOT NULL,
        trace_id TEXT NOT NULL,
        note TEXT NOT NULL
    );
    CREATE INDEX history_by_item ON history (item, seq);
    