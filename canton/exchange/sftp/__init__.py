"""SFTP (draft-ietf-secsh-filexfer-02, version 3): our drop-box server, and the client of a neighbour's."""
