-- Rows as the first migration's tables held them. Never changed: what a person kept must stay readable.
INSERT INTO interviews VALUES (
    '00000000-0000-4000-8000-000000000001', 'practice', 'python', 'Python', 'grading', 'basic',
    '2026-03-01 10:30:15.123456+00', 'secret', 'authored', 7, 5, 20, '{one,two}', 12.5,
    'print(1)', 'python', '', true, 1, '{more-time}', '{"grader": "local"}', '{0.7,0.2,0.1}',
    '2026-03-01 10:31:00+00', NULL, NULL
);
INSERT INTO interviews VALUES (
    '00000000-0000-4000-8000-000000000002', 'assessment', 'python', 'Exam', 'created', 'full',
    '2026-03-02 10:30:15+00', '', 'adaptive', 0, 5, 20, '{}', 0, NULL, 'python', '', true, 1, '{}',
    '{}', '{0.7,0.2,0.1}', NULL, NULL, NULL
);
INSERT INTO consents (interview_id, purpose, modality, text_version, given_at, withdrawn_at) VALUES
    ('00000000-0000-4000-8000-000000000001', 'practice', 'audio', '1', '2026-03-01 10:30:20+00', NULL),
    ('00000000-0000-4000-8000-000000000001', 'practice', 'video', '1', '2026-03-01 10:30:20+00', NULL);
INSERT INTO turns VALUES (
    '00000000-0000-4000-8000-000000000011', '00000000-0000-4000-8000-000000000001', 0, 'question',
    'one', 'What is a list?', '{"source": "fact", "phrase": null, "line": 3, "claim": "it ends",
    "expected": "[]", "point": null, "probe_id": null}', 'a sequence', NULL, 'a mutable sequence',
    false, false, '[{"text": "sequence", "start_s": 1.5, "end_s": 2.0, "probability": 0.5}]',
    '[{"text": "um", "start_s": 1.0, "end_s": 1.2, "probability": 0.5}]', 1, 1.5, 2, '[[1.5, 2.0]]', 2, 0.25, false, NULL, 1,
    true, 'de'
);
INSERT INTO scorecards VALUES (
    '00000000-0000-4000-8000-000000000001', 'one', '{0}', 'graded',
    '[{"criterion_id": "depth", "title": "Depth", "level": 1, "max_level": 3, "weight": 1.0,
    "evidence": [{"kind": "quote", "quote": "sequence", "turn": 0, "start_s": 1.5, "end_s": 2.0}],
    "reason": "", "confidence": 0.75, "ungraded": null, "next_level": null, "points_met": ["a"],
    "points_open": []}]', '{filler}', '',
    '{"rubric_id": "concepts", "rubric_version": 1, "prompt_id": null, "prompt_version": null,
    "prompt_digest": null, "model": "local", "mode": "basic",
    "graded_at": "2026-03-01T10:40:00+00:00"}', false
);
INSERT INTO expression_readings VALUES (
    '00000000-0000-4000-8000-000000000001', 'practice', 3, 1, '{0,0,0,1,0,0,0}', 0.5
);
INSERT INTO recordings VALUES ('00000000-0000-4000-8000-000000000001', '1.pcm', 1.5, 12);
INSERT INTO bank_state VALUES (1, 'abc');
