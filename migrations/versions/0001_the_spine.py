"""The spine"""

import sqlalchemy as sa
from alembic import op

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('agency',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String(length=80), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('name_en', sa.String(length=200), nullable=False),
    sa.Column('parent_id', sa.Integer(), nullable=True),
    sa.Column('postal_address', sa.String(length=300), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('phone', sa.String(length=40), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=True),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['parent_id'], ['agency.id'], name=op.f('fk_agency_parent_id_agency')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agency')),
    sa.UniqueConstraint('slug', name=op.f('uq_agency_slug'))
    )
    op.create_index(op.f('ix_agency_parent_id'), 'agency', ['parent_id'], unique=False)
    op.create_table('document_type',
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('name_en', sa.String(length=200), nullable=False),
    sa.Column('issuer', sa.String(length=200), nullable=False),
    sa.Column('issuer_en', sa.String(length=200), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_document_type'))
    )
    op.create_table('holiday',
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('name_en', sa.String(length=200), nullable=False),
    sa.Column('citation', sa.String(length=300), nullable=False),
    sa.PrimaryKeyConstraint('day', name=op.f('pk_holiday'))
    )
    op.create_table('ledger_cursor',
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('seq', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_ledger_cursor'))
    )
    op.create_table('ledger_entry',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('verb', sa.String(length=40), nullable=False),
    sa.Column('subject', sa.String(length=60), nullable=False),
    sa.Column('consultation_id', sa.Integer(), nullable=True),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.Column('seq', sa.BigInteger(), nullable=True),
    sa.Column('leaf', sa.LargeBinary(length=32), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ledger_entry')),
    sa.UniqueConstraint('seq', name=op.f('uq_ledger_entry_seq'))
    )
    op.create_index('ix_ledger_entry_consultation', 'ledger_entry', ['consultation_id', 'seq'], unique=False)
    op.create_index('ix_ledger_entry_unsealed', 'ledger_entry', ['id'], unique=False, sqlite_where=sa.text('seq IS NULL'), postgresql_where=sa.text('seq IS NULL'))
    op.create_table('page_revision',
    sa.Column('consultation_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('seq', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('consultation_id', name=op.f('pk_page_revision'))
    )
    op.create_index(op.f('ix_page_revision_seq'), 'page_revision', ['seq'], unique=False)
    op.create_table('dossier',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String(length=90), nullable=False),
    sa.Column('title', sa.String(length=400), nullable=False),
    sa.Column('title_en', sa.String(length=400), nullable=False),
    sa.Column('document_type', sa.String(length=40), nullable=False),
    sa.Column('agency_id', sa.Integer(), nullable=False),
    sa.Column('stage', sa.String(length=20), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('necessity', sa.Text(), nullable=False),
    sa.Column('purpose', sa.Text(), nullable=False),
    sa.Column('viewpoint', sa.Text(), nullable=False),
    sa.Column('scope', sa.Text(), nullable=False),
    sa.Column('subjects', sa.Text(), nullable=False),
    sa.Column('main_content', sa.Text(), nullable=False),
    sa.Column('changes', sa.Text(), nullable=False),
    sa.Column('other', sa.Text(), nullable=False),
    sa.Column('affected_parties', sa.Text(), nullable=False),
    sa.Column('summary_en', sa.Text(), nullable=False),
    sa.Column('outcome_number', sa.String(length=80), nullable=False),
    sa.Column('outcome_date', sa.Date(), nullable=True),
    sa.Column('outcome_gazette', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_dossier_agency_id_agency')),
    sa.ForeignKeyConstraint(['document_type'], ['document_type.code'], name=op.f('fk_dossier_document_type_document_type')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_dossier')),
    sa.UniqueConstraint('slug', name=op.f('uq_dossier_slug'))
    )
    op.create_index(op.f('ix_dossier_agency_id'), 'dossier', ['agency_id'], unique=False)
    op.create_index(op.f('ix_dossier_stage'), 'dossier', ['stage'], unique=False)
    op.create_table('officer',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('job_title', sa.String(length=120), nullable=False),
    sa.Column('agency_id', sa.Integer(), nullable=False),
    sa.Column('password_hash', sa.String(length=200), nullable=False),
    sa.Column('session_key', sa.String(length=43), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('locked_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_officer_agency_id_agency')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_officer')),
    sa.UniqueConstraint('email', name=op.f('uq_officer_email')),
    sa.UniqueConstraint('session_key', name=op.f('uq_officer_session_key'))
    )
    op.create_table('period_rule',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('document_type', sa.String(length=40), nullable=False),
    sa.Column('legal_min_days', sa.Integer(), nullable=False),
    sa.Column('portal_default_days', sa.Integer(), nullable=False),
    sa.Column('citation', sa.String(length=300), nullable=False),
    sa.Column('confidence', sa.String(length=10), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['document_type'], ['document_type.code'], name=op.f('fk_period_rule_document_type_document_type')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_period_rule')),
    sa.UniqueConstraint('document_type', 'valid_from', name=op.f('uq_period_rule_document_type_valid_from'))
    )
    op.create_table('dossier_coordinator',
    sa.Column('dossier_id', sa.Integer(), nullable=False),
    sa.Column('agency_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_dossier_coordinator_agency_id_agency')),
    sa.ForeignKeyConstraint(['dossier_id'], ['dossier.id'], name=op.f('fk_dossier_coordinator_dossier_id_dossier')),
    sa.PrimaryKeyConstraint('dossier_id', 'agency_id', name=op.f('pk_dossier_coordinator'))
    )
    op.create_table('draft_version',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('dossier_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('file_name', sa.String(length=255), nullable=False),
    sa.Column('media_type', sa.String(length=120), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('preamble', sa.Text(), nullable=False),
    sa.Column('closing', sa.Text(), nullable=False),
    sa.Column('doubts', sa.JSON(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('accepted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('posted_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['dossier_id'], ['dossier.id'], name=op.f('fk_draft_version_dossier_id_dossier')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_draft_version')),
    sa.UniqueConstraint('dossier_id', 'number', name=op.f('uq_draft_version_dossier_id_number'))
    )
    op.create_index(op.f('ix_draft_version_dossier_id'), 'draft_version', ['dossier_id'], unique=False)
    op.create_table('invitation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('token_digest', sa.String(length=64), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('job_title', sa.String(length=120), nullable=False),
    sa.Column('role', sa.String(length=20), nullable=False),
    sa.Column('agency_id', sa.Integer(), nullable=False),
    sa.Column('scope_id', sa.Integer(), nullable=False),
    sa.Column('invited_by', sa.Integer(), nullable=True),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('taken_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['scope_id'], ['agency.id'], name=op.f('fk_invitation_scope_id_agency')),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_invitation_agency_id_agency')),
    sa.ForeignKeyConstraint(['invited_by'], ['officer.id'], name=op.f('fk_invitation_invited_by_officer')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invitation')),
    sa.UniqueConstraint('token_digest', name=op.f('uq_invitation_token_digest'))
    )
    op.create_table('lineage',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('dossier_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['dossier_id'], ['dossier.id'], name=op.f('fk_lineage_dossier_id_dossier')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lineage'))
    )
    op.create_index(op.f('ix_lineage_dossier_id'), 'lineage', ['dossier_id'], unique=False)
    op.create_table('officer_grant',
    sa.Column('officer_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.String(length=20), nullable=False),
    sa.Column('agency_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_officer_grant_agency_id_agency')),
    sa.ForeignKeyConstraint(['officer_id'], ['officer.id'], name=op.f('fk_officer_grant_officer_id_officer')),
    sa.PrimaryKeyConstraint('officer_id', 'role', 'agency_id', name=op.f('pk_officer_grant'))
    )
    op.create_table('stage_step',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('dossier_id', sa.Integer(), nullable=False),
    sa.Column('stage', sa.String(length=20), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('note', sa.String(length=400), nullable=False),
    sa.ForeignKeyConstraint(['dossier_id'], ['dossier.id'], name=op.f('fk_stage_step_dossier_id_dossier')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stage_step'))
    )
    op.create_index(op.f('ix_stage_step_dossier_id'), 'stage_step', ['dossier_id'], unique=False)
    op.create_table('consultation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('dossier_id', sa.Integer(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('opened_by', sa.Integer(), nullable=False),
    sa.Column('days', sa.Integer(), nullable=False),
    sa.Column('legal_min_days', sa.Integer(), nullable=False),
    sa.Column('citation', sa.String(length=300), nullable=False),
    sa.Column('confidence', sa.String(length=10), nullable=False),
    sa.Column('last_day', sa.Date(), nullable=False),
    sa.Column('closes_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['dossier_id'], ['dossier.id'], name=op.f('fk_consultation_dossier_id_dossier')),
    sa.ForeignKeyConstraint(['opened_by'], ['officer.id'], name=op.f('fk_consultation_opened_by_officer')),
    sa.ForeignKeyConstraint(['version_id'], ['draft_version.id'], name=op.f('fk_consultation_version_id_draft_version')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consultation')),
    sa.UniqueConstraint('dossier_id', name=op.f('uq_consultation_dossier_id'))
    )
    op.create_index(op.f('ix_consultation_closes_at'), 'consultation', ['closes_at'], unique=False)
    op.create_table('declaration',
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('officer_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['officer_id'], ['officer.id'], name=op.f('fk_declaration_officer_id_officer')),
    sa.ForeignKeyConstraint(['version_id'], ['draft_version.id'], name=op.f('fk_declaration_version_id_draft_version'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('version_id', 'officer_id', name=op.f('pk_declaration'))
    )
    op.create_table('provision',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('lineage_id', sa.Integer(), nullable=False),
    sa.Column('article_lineage_id', sa.Integer(), nullable=True),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('depth', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('number', sa.String(length=40), nullable=False),
    sa.Column('heading', sa.Text(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('anchor', sa.String(length=120), nullable=False),
    sa.Column('rows', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['lineage_id'], ['lineage.id'], name=op.f('fk_provision_lineage_id_lineage')),
    sa.ForeignKeyConstraint(['version_id'], ['draft_version.id'], name=op.f('fk_provision_version_id_draft_version')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_provision')),
    sa.UniqueConstraint('version_id', 'anchor', name=op.f('uq_provision_version_id_anchor'))
    )
    op.create_index(op.f('ix_provision_lineage_id'), 'provision', ['lineage_id'], unique=False)
    op.create_index('ix_provision_order', 'provision', ['version_id', 'position'], unique=False)
    op.create_table('answer',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('consultation_id', sa.Integer(), nullable=False),
    sa.Column('disposition', sa.String(length=24), nullable=False),
    sa.Column('explanation', sa.Text(), nullable=False),
    sa.Column('drafted_by', sa.Integer(), nullable=False),
    sa.Column('drafted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('published_by', sa.Integer(), nullable=True),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('row_version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['consultation_id'], ['consultation.id'], name=op.f('fk_answer_consultation_id_consultation')),
    sa.ForeignKeyConstraint(['drafted_by'], ['officer.id'], name=op.f('fk_answer_drafted_by_officer')),
    sa.ForeignKeyConstraint(['published_by'], ['officer.id'], name=op.f('fk_answer_published_by_officer')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_answer'))
    )
    op.create_index(op.f('ix_answer_consultation_id'), 'answer', ['consultation_id'], unique=False)
    op.create_table('comment',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('consultation_id', sa.Integer(), nullable=False),
    sa.Column('lineage_id', sa.Integer(), nullable=True),
    sa.Column('article_lineage_id', sa.Integer(), nullable=True),
    sa.Column('anchor', sa.String(length=120), nullable=False),
    sa.Column('place', sa.String(length=200), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('commenter_kind', sa.String(length=24), nullable=False),
    sa.Column('display_name', sa.String(length=120), nullable=False),
    sa.Column('language', sa.String(length=12), nullable=False),
    sa.Column('status', sa.String(length=12), nullable=False),
    sa.Column('receipt', sa.String(length=24), nullable=False),
    sa.Column('idempotency_key', sa.String(length=64), nullable=False),
    sa.Column('salt', sa.String(length=43), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('row_version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['consultation_id'], ['consultation.id'], name=op.f('fk_comment_consultation_id_consultation')),
    sa.ForeignKeyConstraint(['lineage_id'], ['lineage.id'], name=op.f('fk_comment_lineage_id_lineage')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_comment')),
    sa.UniqueConstraint('idempotency_key', name=op.f('uq_comment_idempotency_key')),
    sa.UniqueConstraint('receipt', name=op.f('uq_comment_receipt'))
    )
    op.create_index('ix_comment_article', 'comment', ['article_lineage_id', 'status', 'id'], unique=False)
    op.create_index('ix_comment_public', 'comment', ['consultation_id', 'status', 'id'], unique=False)
    op.create_index('ix_comment_queue', 'comment', ['status', 'id'], unique=False)
    op.create_table('extension',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('consultation_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('officer_id', sa.Integer(), nullable=False),
    sa.Column('old_closes_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('new_closes_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('new_last_day', sa.Date(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['consultation_id'], ['consultation.id'], name=op.f('fk_extension_consultation_id_consultation')),
    sa.ForeignKeyConstraint(['officer_id'], ['officer.id'], name=op.f('fk_extension_officer_id_officer')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_extension'))
    )
    op.create_index(op.f('ix_extension_consultation_id'), 'extension', ['consultation_id'], unique=False)
    op.create_table('tally',
    sa.Column('consultation_id', sa.Integer(), nullable=False),
    sa.Column('article_lineage_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('received', sa.Integer(), nullable=False),
    sa.Column('waiting', sa.Integer(), nullable=False),
    sa.Column('published', sa.Integer(), nullable=False),
    sa.Column('withheld', sa.Integer(), nullable=False),
    sa.Column('withdrawn', sa.Integer(), nullable=False),
    sa.Column('late', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['consultation_id'], ['consultation.id'], name=op.f('fk_tally_consultation_id_consultation')),
    sa.PrimaryKeyConstraint('consultation_id', 'article_lineage_id', name=op.f('pk_tally'))
    )
    op.create_table('answer_comment',
    sa.Column('answer_id', sa.Integer(), nullable=False),
    sa.Column('comment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['answer_id'], ['answer.id'], name=op.f('fk_answer_comment_answer_id_answer')),
    sa.ForeignKeyConstraint(['comment_id'], ['comment.id'], name=op.f('fk_answer_comment_comment_id_comment')),
    sa.PrimaryKeyConstraint('answer_id', 'comment_id', name=op.f('pk_answer_comment')),
    sa.UniqueConstraint('comment_id', name=op.f('uq_answer_comment_comment_id'))
    )
    op.create_table('contact_address',
    sa.Column('comment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('consented_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('purpose', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['comment_id'], ['comment.id'], name=op.f('fk_contact_address_comment_id_comment')),
    sa.PrimaryKeyConstraint('comment_id', name=op.f('pk_contact_address'))
    )
    op.create_table('decision',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('comment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('officer_id', sa.Integer(), nullable=False),
    sa.Column('outcome', sa.String(length=12), nullable=False),
    sa.Column('reason', sa.String(length=40), nullable=False),
    sa.Column('sentence', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['comment_id'], ['comment.id'], name=op.f('fk_decision_comment_id_comment')),
    sa.ForeignKeyConstraint(['officer_id'], ['officer.id'], name=op.f('fk_decision_officer_id_officer')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_decision'))
    )
    op.create_index(op.f('ix_decision_comment_id'), 'decision', ['comment_id'], unique=False)


def downgrade() -> None:
    op.drop_index(op.f('ix_decision_comment_id'), table_name='decision')
    op.drop_table('decision')
    op.drop_table('contact_address')
    op.drop_table('answer_comment')
    op.drop_table('tally')
    op.drop_index(op.f('ix_extension_consultation_id'), table_name='extension')
    op.drop_table('extension')
    op.drop_index('ix_comment_queue', table_name='comment')
    op.drop_index('ix_comment_public', table_name='comment')
    op.drop_index('ix_comment_article', table_name='comment')
    op.drop_table('comment')
    op.drop_index(op.f('ix_answer_consultation_id'), table_name='answer')
    op.drop_table('answer')
    op.drop_index('ix_provision_order', table_name='provision')
    op.drop_index(op.f('ix_provision_lineage_id'), table_name='provision')
    op.drop_table('provision')
    op.drop_table('declaration')
    op.drop_index(op.f('ix_consultation_closes_at'), table_name='consultation')
    op.drop_table('consultation')
    op.drop_index(op.f('ix_stage_step_dossier_id'), table_name='stage_step')
    op.drop_table('stage_step')
    op.drop_table('officer_grant')
    op.drop_index(op.f('ix_lineage_dossier_id'), table_name='lineage')
    op.drop_table('lineage')
    op.drop_table('invitation')
    op.drop_index(op.f('ix_draft_version_dossier_id'), table_name='draft_version')
    op.drop_table('draft_version')
    op.drop_table('dossier_coordinator')
    op.drop_table('period_rule')
    op.drop_table('officer')
    op.drop_index(op.f('ix_dossier_stage'), table_name='dossier')
    op.drop_index(op.f('ix_dossier_agency_id'), table_name='dossier')
    op.drop_table('dossier')
    op.drop_index(op.f('ix_page_revision_seq'), table_name='page_revision')
    op.drop_table('page_revision')
    op.drop_index('ix_ledger_entry_unsealed', table_name='ledger_entry', sqlite_where=sa.text('seq IS NULL'), postgresql_where=sa.text('seq IS NULL'))
    op.drop_index('ix_ledger_entry_consultation', table_name='ledger_entry')
    op.drop_table('ledger_entry')
    op.drop_table('ledger_cursor')
    op.drop_table('holiday')
    op.drop_table('document_type')
    op.drop_index(op.f('ix_agency_parent_id'), table_name='agency')
    op.drop_table('agency')
