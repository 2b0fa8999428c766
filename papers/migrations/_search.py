"""What the search stands on in the database. Functions are bound to their objects, so a dump restores them anywhere."""

FORWARD = """
CREATE TEXT SEARCH CONFIGURATION papers_simple (COPY = simple);
ALTER TEXT SEARCH CONFIGURATION papers_simple
    ALTER MAPPING FOR word, hword, hword_part WITH unaccent, simple;

CREATE TEXT SEARCH CONFIGURATION papers_english (COPY = english);
ALTER TEXT SEARCH CONFIGURATION papers_english
    ALTER MAPPING FOR word, hword, hword_part WITH unaccent, english_stem;

-- unaccent() is only STABLE, because its dictionary could be changed; ours is not.
CREATE FUNCTION papers_fold(value text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN lower(unaccent('unaccent'::regdictionary, value));

-- Every word as it is written and by its stem. Without the translation the parser takes "and/or" for a file
-- and "v1.5" for a host.
CREATE FUNCTION papers_words(value text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN to_tsvector('papers_simple'::regconfig, translate(value, '/-_.@:\\', '       '))
        || to_tsvector('papers_english'::regconfig, translate(value, '/-_.@:\\', '       '));

CREATE FUNCTION papers_vector(title text, authors text, keywords text, abstract text, bigrams text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN setweight(papers_words(title), 'A')
        || setweight(papers_words(authors), 'B')
        || setweight(papers_words(keywords), 'B')
        || setweight(papers_words(abstract), 'C')
        || setweight(to_tsvector('papers_simple'::regconfig, bigrams), 'B');
"""

BACKWARD = """
DROP FUNCTION papers_vector;
DROP FUNCTION papers_words;
DROP FUNCTION papers_fold;
DROP TEXT SEARCH CONFIGURATION papers_english;
DROP TEXT SEARCH CONFIGURATION papers_simple;
"""
