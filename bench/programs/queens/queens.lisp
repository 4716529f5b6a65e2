(load "../measure.lisp")
(defun safe-p (column distance placed)
  (declare (fixnum column distance) (list placed))
  (cond ((null placed) t)
        ((= column (the fixnum (car placed))) nil)
        ((= distance (abs (- column (the fixnum (car placed))))) nil)
        (t (safe-p column (+ distance 1) (cdr placed)))))
(defun solutions (row column size placed)
  (declare (fixnum row column size))
  (cond ((= row size) 1)
        ((= column size) 0)
        (t
         (the fixnum
              (+ (the fixnum
                      (if (safe-p column 1 placed)
                          (solutions (+ row 1) 0 size (cons column placed))
                          0))
                 (the fixnum (solutions row (+ column 1) size placed)))))))
(measure (lambda () (solutions 0 0 10 '())))
