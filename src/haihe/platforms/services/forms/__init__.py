"""Forms as data: what an item asks for, section by section, saved as one goes, and handed over once.

Words: form 表单, section 分区, field 栏目, draft 草稿, upload 附件, prefill 预填, signature 签名, delegation 授权.
A form is part of an item's file; what is asked the same way everywhere is a shared section in `sections/`.
"""
